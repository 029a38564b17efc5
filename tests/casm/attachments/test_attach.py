"""Files on records: as open as the record, kept with every content, told to the audit in the same transaction."""

import hashlib

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from casm.attachments import attach as attaching
from casm.attachments.attach import FileChanged, Upload, attach, replace_content, retire_file
from casm.attachments.read_files import changes_of_files, contents_of, download, read_files, readable_file, thumbnail
from casm.db.tables import Attachment, AttachmentContent, AuditEvent, History
from casm.editing.faults import NotWritable, RecordMissing
from casm.editing.read_record import read_record
from casm.errors import CasmError
from casm.exchange.marking import mark

NOTE = Upload("notes.txt", b"Two gates.\n")


def put(world, upload=NOTE, record_class="site", viewer=None, **how):
    with world.database.session(viewer or world.editor_one) as session:
        row = attach(session, record_class, world.records[record_class], upload, **how)
        return row.id


def events(world, file_id) -> list:
    with world.database.session(world.admin) as session:
        return session.execute(
            select(AuditEvent.action, AuditEvent.actor, AuditEvent.details)
            .where(AuditEvent.subject_id == file_id).order_by(AuditEvent.sequence)
        ).all()  # fmt: skip


def test_a_photo_comes_back_byte_for_byte_with_its_hash_and_a_small_picture(world, photo):
    file_id = put(world, Upload("IMG 1.JPEG", photo), caption="  the   shelter ")
    with world.database.session(world.reader_one) as session:
        row, record = readable_file(session, file_id, of=("site", world.records["site"]))
        assert (row.file_name, row.media_type, row.caption) == ("IMG 1.jpeg", "image/jpeg", "the shelter")
        assert (row.width_px, row.height_px, row.has_position, row.size_bytes) == (640, 480, True, len(photo))
        content = download(session, row)
        assert content.content == photo
        assert content.sha256 == hashlib.sha256(photo).hexdigest() == row.sha256
        assert thumbnail(session, row).startswith(b"\xff\xd8\xff")
        assert read_files(session, record)[0].id == file_id
    told = events(world, file_id)
    assert [(one.action, one.actor) for one in told] == [("added file", "Ed One"), ("downloaded file", "Rita Reader")]
    assert told[1].details == {"name": "IMG 1.jpeg", "of": "site", "record_id": str(world.records["site"]),
                               "sha256": content.sha256}  # fmt: skip


def test_what_fails_leaves_no_file_and_no_event(world):
    with world.database.session(world.admin) as session:
        before = session.scalar(text("SELECT count(*) FROM audit_event"))

    def attach_and_fail(session):
        made.append(attach(session, "site", world.records["site"], NOTE).id)
        raise RuntimeError

    made: list = []
    with pytest.raises(RuntimeError), world.database.session(world.editor_one) as session:
        attach_and_fail(session)
    with world.database.session(world.admin) as session:
        assert session.scalar(text("SELECT count(*) FROM audit_event")) == before
        assert session.get(Attachment, made[0]) is None


def test_every_kind_of_record_takes_files_and_its_parts_send_to_it(world):
    with world.database.session(world.editor_one) as session:
        for record_class in ("agency", "channel", "need", "agreement", "contact", "licence"):
            row = attach(session, record_class, world.records[record_class], NOTE)
            assert row.owner_id == world.one
        with pytest.raises(CasmError, match="whole record"):
            attach(session, "template_slot", world.records["template_slot"], NOTE)


def test_replacing_keeps_the_content_of_before_and_asks_for_the_version(world):
    file_id = put(world)
    with world.database.session(world.editor_one) as session:
        row = replace_content(session, file_id, 1, Upload("notes v2.txt", b"Three gates.\n"))
        assert (row.version, row.content_number, row.file_name) == (2, 2, "notes v2.txt")
    with pytest.raises(FileChanged, match="from version 1, it is at 2"), world.database.session(
        world.editor_two_of_one
    ) as session:
        replace_content(session, file_id, 1, Upload("mine.txt", b"Four gates.\n"))
    with pytest.raises(CasmError, match="very content"), world.database.session(world.editor_one) as session:
        replace_content(session, file_id, 2, Upload("again.txt", b"Three gates.\n"))
    with world.database.session(world.editor_one) as session:
        row, _record = readable_file(session, file_id)
        assert [one.number for one in contents_of(session, row)] == [2, 1]
        assert download(session, row).content == b"Three gates.\n"
        assert download(session, row, 1).content == b"Two gates.\n"
        with pytest.raises(RecordMissing):
            download(session, row, 3)
        (newest, added) = changes_of_files(session, [row])
        assert [(one.action, one.actor, one.file_name) for one in (newest, added)] == [
            ("replaced", "Ed One", "notes v2.txt"), ("added", "Ed One", "notes.txt"),
        ]  # fmt: skip


def test_a_retired_file_stays_and_comes_back(world):
    file_id = put(world)
    with world.database.session(world.editor_one) as session:
        retire_file(session, file_id, 1)
        record = read_record(session, "site", world.records["site"])
        assert file_id not in {one.id for one in read_files(session, record, retired=False)}
        assert file_id in {one.id for one in read_files(session, record)}
        with pytest.raises(CasmError, match="is retired"):
            replace_content(session, file_id, 2, Upload("x.txt", b"x"))
        retire_file(session, file_id, 2, back=True)
        assert file_id in {one.id for one in read_files(session, record, retired=False)}
    assert [one.action for one in events(world, file_id)] == ["added file", "retired file", "took back file"]


def test_another_county_sees_neither_file_nor_content_nor_past_by_either_wall(world, photo):
    file_id = put(world, Upload("a.jpg", photo))
    with world.database.session(world.editor_one) as session:
        retire_file(session, file_id, 1)
    with world.database.session(world.editor_two) as session:
        for table in ("attachment", "attachment_content"):
            assert session.scalars(text(f"SELECT id FROM {table}")).all() == []
        assert session.scalars(text("SELECT id FROM history WHERE table_name = 'attachment'")).all() == []
        assert session.scalars(select(Attachment.id)).all() == []
        assert session.scalars(select(AttachmentContent.id)).all() == []
        assert session.scalars(select(History.id).where(History.table_name == "attachment")).all() == []
        assert session.scalar(text("SELECT casm_sec.attached_bytes(:o)"), {"o": world.one}) == 0
        with pytest.raises(RecordMissing):
            readable_file(session, file_id)


def test_a_sensitive_file_is_for_who_has_the_sensitive_fields(world):
    file_id = put(world, field_class="sensitive", sensitivity="restricted")
    with world.database.session(world.clerk_one) as session:
        for table, column in (("attachment", "id"), ("attachment_content", "attachment_id")):
            asked = text(f"SELECT id FROM {table} WHERE {column} = :f")
            assert session.scalars(asked, {"f": file_id}).all() == []
        assert session.scalars(select(Attachment.id).where(Attachment.id == file_id)).all() == []
        with pytest.raises(NotWritable):
            attach(session, "site", world.records["site"], NOTE, field_class="sensitive")
    with world.database.session(world.reader_one) as session:
        row, record = readable_file(session, file_id)
        assert mark(session, [record.row, row]).tlp == "RED"
    assert "name" not in events(world, file_id)[0].details


def test_a_reader_may_not_attach_and_a_neighbour_is_told_of_nothing(world):
    with pytest.raises(NotWritable):
        put(world, viewer=world.reader_one)
    with pytest.raises(RecordMissing):
        put(world, viewer=world.editor_two)


def test_a_file_is_never_milder_than_its_record(world):
    file_id = put(world, sensitivity="public")
    with world.database.session(world.editor_one) as session:
        assert readable_file(session, file_id)[0].sensitivity == "internal"


def test_limits_are_told_with_their_figures(world, monkeypatch):
    monkeypatch.setattr(attaching, "MOST_BYTES", 100)
    with pytest.raises(CasmError, match="may have 0"):
        put(world, Upload("large.txt", b"x" * 101))
    monkeypatch.setattr(attaching, "MOST_BYTES_OF_AN_OWNER", 20)
    with pytest.raises(CasmError, match="the files of County One take up"):
        put(world, Upload("one more.txt", b"y" * 30))
    monkeypatch.undo()
    monkeypatch.setattr(attaching, "MOST_FILES_OF_A_RECORD", 0)
    with pytest.raises(CasmError, match="the most there may be"):
        put(world)


def test_the_database_lets_no_file_wander_or_change_its_content(world):
    file_id = put(world)
    for statement in (
        "UPDATE attachment SET record_id = :other WHERE id = :f",
        "UPDATE attachment SET field_class = 'sensitive' WHERE id = :f",
        "UPDATE attachment_content SET content = 'x' WHERE attachment_id = :f",
        "DELETE FROM attachment WHERE id = :f",
        "INSERT INTO attachment SELECT gen_random_uuid() FROM attachment WHERE id = :f",
    ):
        with pytest.raises(DBAPIError), world.database.session(world.editor_one) as session:
            session.execute(text(statement), {"f": file_id, "other": world.records["agency"]})


def test_a_damaged_content_is_not_handed_out(world, module_database_urls):
    file_id = put(world)
    with create_engine(module_database_urls.migrator).begin() as connection:
        connection.execute(
            text("UPDATE casm.attachment_content SET content = set_byte(content, 0, 0) WHERE attachment_id = :f"),
            {"f": file_id},
        )
    with world.database.session(world.editor_one) as session, pytest.raises(CasmError, match="damaged"):
        download(session, readable_file(session, file_id)[0])
