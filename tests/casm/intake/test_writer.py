"""The writer: whole rows, nothing twice, everything that is not taken reported."""

import pytest
import shapely
from sqlalchemy import func, select, text

from casm.intake.batches import FileOrigin
from casm.intake.problem import ERROR, NOTE, Problem
from casm.intake.row import ChildRow, ChildSet, ParsedRow, Reference, RejectedRow
from casm.intake.writer import Writer
from casm.inventory.history import History
from casm.inventory.radio_system import SystemPeer
from casm.inventory.sensitive import SiteSensitive
from casm.inventory.site import Site
from casm.sharing.viewer import Viewer

ADMIN = Viewer.local_administrator()


def origin(name="rows.csv", sha="a", **options):
    return FileOrigin(name, (sha * 64)[:64], "csv", "us", None, options)


def site(row, name, owner="us", aside=None, **values):
    """A site's row; aside: what it states for its side table."""
    children = (ChildSet("site_sensitive", "site", (ChildRow(aside),)),) if aside else ()
    return ParsedRow("site", owner, {"name": name, **values}, "rows.csv", row, children=children)


def take(database, rows, **arguments):
    with Writer(database, ADMIN, **arguments) as writer:
        return writer.take(origin(), rows)


def counts(report):
    return {outcome: report.total(outcome) for outcome in ("created", "changed", "unchanged", "reported")}


def count(database, mapped):
    with database.session(ADMIN) as session:
        return session.scalar(select(func.count()).select_from(mapped))


def test_new_rows_are_created_with_position_and_provenance(database):
    report = take(database, [site(2, "Pine Mountain", position=shapely.Point(-84.2, 36.5), position_accuracy_m=35)])
    assert counts(report) == {"created": 1, "changed": 0, "unchanged": 0, "reported": 0}
    with database.session(ADMIN) as session:
        stored = session.scalars(select(Site)).one()
        assert (stored.name, stored.source, stored.version, stored.status) == ("Pine Mountain", "csv", 1, "active")
        assert stored.import_batch_id == report.batch_id
        assert session.scalar(select(func.ST_AsText(Site.position))) == "POINT(-84.2 36.5)"


def test_same_rows_twice_change_nothing(database):
    rows = [
        site(n, f"Site {n}", position=shapely.Point(-84.2, 36.0 + n / 100), aside={"battery_hours": 8.1})
        for n in range(2, 30)
    ]
    take(database, rows)
    report = take(database, rows)
    assert counts(report) == {"created": 0, "changed": 0, "unchanged": 28, "reported": 0}
    assert count(database, History) == 0
    with database.session(ADMIN) as session:
        assert session.scalar(select(func.max(Site.version))) == 1


def test_only_stated_columns_change_and_history_keeps_what_was(database):
    take(database, [site(2, "A", overall_height_agl_m=8.0, address="Old road")])
    report = take(database, [site(2, "A", overall_height_agl_m=12.0)])
    assert counts(report)["changed"] == 1
    with database.session(ADMIN) as session:
        stored = session.scalars(select(Site)).one()
        assert (stored.overall_height_agl_m, stored.address, stored.version) == (12.0, "Old road", 2)
        assert session.scalars(select(History)).one().before["overall_height_agl_m"] == 8.0


def test_a_side_row_changes_apart_from_its_record(database):
    take(database, [site(2, "A", aside={"battery_hours": 8.0, "access_notes": "Two gates"})])
    report = take(database, [site(2, "A", aside={"battery_hours": 12.0})])
    assert counts(report)["changed"] == 1
    with database.session(ADMIN) as session:
        stored = session.scalars(select(SiteSensitive)).one()
        assert (stored.battery_hours, stored.access_notes, stored.version) == (12.0, "Two gates", 2)
        assert session.scalars(select(Site.version)).one() == 1
        past = session.scalars(select(History)).one()
        assert (past.table_name, past.field_class, past.before["battery_hours"]) == ("site_sensitive", "sensitive", 8)


def test_one_refused_row_leaves_the_others(database):
    rows = [site(n, f"Site {n}", aside={"battery_hours": -5.0 if n in (7, 40) else 5.0}) for n in range(2, 60)]
    report = take(database, rows)
    assert counts(report) == {"created": 56, "changed": 0, "unchanged": 0, "reported": 2}
    assert [problem.row for problem in report.problems] == [7, 40]
    first = report.problems[0]
    assert (first.column, first.reason) == ("battery_hours", "battery hours must lie between 0 and 10000")
    assert (first.value, first.field_class) == ("-5.0", "sensitive")
    assert first.mend


def test_counts_and_problems_are_stored_with_the_batch(database):
    note = Problem(NOTE, "rows.csv", None, None, None, "the file is in UTF-16", "nothing to do")
    bad = RejectedRow("rows.csv", 3, (Problem(ERROR, "rows.csv", 3, "name", "", "no name", "give one"),), "site")
    report = take(database, [note, site(2, "A"), bad])
    with database.session(ADMIN) as session:
        batch = session.execute(text("SELECT * FROM import_batch")).mappings().one()
        assert (batch["state"], batch["rows_read"], batch["rows_created"], batch["rows_reported"]) == ("done", 2, 1, 1)
        assert (
            session.scalar(
                text("SELECT count(*) FROM import_problem WHERE import_batch_id = :id"), {"id": report.batch_id}
            )
            == 2
        )


def test_second_row_of_one_key_is_reported(database):
    report = take(database, [site(2, "A"), site(3, "A", address="Elsewhere")])
    assert counts(report) == {"created": 1, "changed": 0, "unchanged": 0, "reported": 1}
    assert "row 2 of this file is already the site with this name" in report.problems[0].reason


def test_reference_may_come_later_in_the_file(database):
    def agency(row, name, parent=None):
        references = {"parent_agency": Reference("agency", parent)} if parent else {}
        return ParsedRow("agency", "us", {"name": name}, "rows.csv", row, references)

    rows = [
        agency(2, "Station 1", "Fire"),
        agency(3, "Fire", "County"),
        agency(4, "Lost", "Nowhere"),
        agency(5, "County"),
    ]
    report = take(database, rows, chunk_rows=1)
    assert counts(report) == {"created": 3, "changed": 0, "unchanged": 0, "reported": 1}
    assert "there is no agency 'Nowhere'" in report.problems[0].reason
    with database.session(ADMIN) as session:
        parents = session.execute(
            text("SELECT a.name, p.name FROM agency a LEFT JOIN agency p ON p.id = a.parent_agency_id")
        ).all()
    assert sorted(map(tuple, parents), key=str) == [("County", None), ("Fire", "County"), ("Station 1", "Fire")]


def system(row, name, *peers):
    below = tuple(ChildRow({"in_force": True}, {"peer_system": Reference("radio_system", peer)}) for peer in peers)
    children = (ChildSet("system_peer", "radio_system", below, {"kind": "issi"}, "issi_peers"),)
    return ParsedRow("radio_system", "us", {"name": name}, "rows.csv", row, children=children)


@pytest.mark.parametrize("chunk_rows", [1, 100])
def test_systems_may_name_each_other(database, chunk_rows):
    rows = [system(2, "TACN", "KEWS"), system(3, "KEWS", "TACN")]
    report = take(database, rows, chunk_rows=chunk_rows)
    assert counts(report) == {"created": 2, "changed": 0, "unchanged": 0, "reported": 0}
    assert count(database, SystemPeer) == 2
    assert counts(take(database, rows))["unchanged"] == 2


def test_child_that_never_comes_leaves_its_row_and_is_reported(database):
    report = take(database, [system(2, "TACN", "NOWHERE")])
    assert counts(report) == {"created": 1, "changed": 0, "unchanged": 0, "reported": 0}
    assert [problem.column for problem in report.problems] == ["issi_peers"]


def test_children_are_made_exactly_those_stated(database):
    take(database, [system(2, "A"), system(3, "B"), system(4, "C", "A", "B")])
    report = take(database, [system(2, "C", "B")])
    assert counts(report)["changed"] == 1
    with database.session(ADMIN) as session:
        states = session.execute(
            text("SELECT p.name, s.status FROM system_peer s JOIN radio_system p ON p.id = s.peer_system_id ORDER BY 1")
        ).all()
        assert list(map(tuple, states)) == [("A", "retired"), ("B", "active")]
        assert session.scalar(text("SELECT version FROM radio_system WHERE name = 'C'")) == 1


def link(row, a, b, **values):
    references = {"site_a": Reference("site", a), "site_b": Reference("site", b)}
    return ParsedRow("backhaul_link", "us", {"name": f"{a}-{b}", **values}, "rows.csv", row, references)


def test_link_in_the_other_direction_is_one_link_that_learns(database):
    take(database, [site(2, "A"), site(3, "B")])
    rows = [link(2, "A", "B", call_sign_a="WPQR239"), link(3, "B", "A", call_sign_a="WPQR249")]
    report = take(database, rows)
    assert counts(report) == {"created": 1, "changed": 0, "unchanged": 0, "reported": 1}
    assert report.problems[0].severity == NOTE
    assert "call_sign_b" in report.problems[0].reason
    with database.session(ADMIN) as session:
        stored = session.execute(text("SELECT call_sign_a, call_sign_b, version FROM backhaul_link")).one()
    assert stored == ("WPQR239", "WPQR249", 2)
    assert counts(take(database, rows)) == {"created": 0, "changed": 0, "unchanged": 1, "reported": 1}
    with database.session(ADMIN) as session:
        assert session.scalar(text("SELECT version FROM backhaul_link")) == 2


def test_owners_are_made_parents_first_and_rows_may_belong_to_them(database):
    def owner(row, code, kind):
        return ParsedRow("owner", "us", {"code": code, "kind": kind, "name": code}, "rows.csv", row)

    rows = [
        owner(2, "us.tn.campbell", "county"),
        owner(3, "us.tn", "state"),
        owner(4, "us.ky.x.y", "agency"),
        site(5, "A", owner="us.tn.campbell"),
        site(6, "B", owner="us.ga"),
    ]
    report = take(database, rows)
    assert counts(report) == {"created": 3, "changed": 0, "unchanged": 0, "reported": 2}
    assert counts(take(database, rows[:2]))["unchanged"] == 2


def test_retired_row_stays_one_row(database):
    take(database, [site(2, "A")])
    gone = [site(2, "A", status="retired")]
    assert counts(take(database, gone))["changed"] == 1
    assert counts(take(database, gone))["unchanged"] == 1
    assert counts(take(database, [site(2, "A")]))["created"] == 1


def test_dry_run_stores_nothing(database):
    report = take(database, [site(2, "A"), site(3, "B", overall_height_agl_m=-1.0)], dry_run=True)
    assert counts(report) == {"created": 1, "changed": 0, "unchanged": 0, "reported": 1}
    assert count(database, Site) == 0
    with database.session(ADMIN) as session:
        assert session.scalar(text("SELECT count(*) FROM import_batch")) == 0


def test_rows_of_a_foreign_owner_are_reported(database):
    with Writer(database, ADMIN) as writer:
        writer.take(origin(), [
            ParsedRow("owner", "us", {"code": "us.tn", "kind": "state", "name": "TN"}, "o.csv", 2),
            ParsedRow("owner", "us", {"code": "us.ky", "kind": "state", "name": "KY"}, "o.csv", 3),
        ])  # fmt: skip
        home = writer.owners.ids["us.tn"]
        foreign = writer.owners.ids["us.ky"]
    take(database, [site(2, "Theirs", owner="us.ky")])
    guest = Viewer("guest", home, frozenset({home, foreign}), frozenset({home}))
    with Writer(database, guest) as writer:
        rows = [site(2, "Mine", owner="us.tn"), site(3, "Theirs", owner="us.ky", address="changed")]
        report = writer.take(FileOrigin("x.csv", "b" * 64, "csv", "us.tn"), rows)
    assert counts(report) == {"created": 1, "changed": 0, "unchanged": 0, "reported": 1}
    assert "may not write" in report.problems[0].reason


def test_a_rival_that_writes_the_same_record_first_costs_nothing(database, monkeypatch):
    from casm.intake import writer

    plan = writer.plan
    rivals = []

    def plan_and_be_overtaken(session, shape, keyed, **options):
        plan(session, shape, keyed, **options)
        if not rivals:
            with database.session(ADMIN) as other:
                home = ADMIN.home_owner_id
                other.execute(text("INSERT INTO site (id, owner_id, name, overall_height_agl_m) "
                                   "VALUES (gen_random_uuid(), :home, 'B', 4)"), {"home": home})  # fmt: skip
            rivals.append("B")

    monkeypatch.setattr(writer, "plan", plan_and_be_overtaken)
    report = take(database, [site(2, "A"), site(3, "B", overall_height_agl_m=8.0), site(4, "C")])
    assert counts(report) == {"created": 2, "changed": 1, "unchanged": 0, "reported": 0}
    with database.session(ADMIN) as session:
        stored = session.execute(text("SELECT overall_height_agl_m, version FROM site WHERE name = 'B'")).one()
        assert stored == (8.0, 2)


def test_fields_that_the_viewer_may_not_see_are_not_written_past_the_wall(database):
    with Writer(database, ADMIN) as writer:
        writer.take(origin(), [ParsedRow("owner", "us", {"code": "us.tn", "kind": "state", "name": "TN"}, "o.csv", 2)])
        home = writer.owners.ids["us.tn"]
    plain = Viewer.of_owner("clerk", home, may_write=True)
    secret = ChildSet("resource_encryption", "channel", (ChildRow({"state": "clear"}),))
    rows = [
        ParsedRow("channel", "us.tn", {"name": "A"}, "c.csv", 2, children=(secret,)),
        ParsedRow("channel", "us.tn", {"name": "B"}, "c.csv", 3),
    ]
    with Writer(database, plain) as writer:
        report = writer.take(FileOrigin("c.csv", "e" * 64, "csv", "us.tn"), rows)
    assert counts(report) == {"created": 1, "changed": 0, "unchanged": 0, "reported": 1}
    assert report.problems[0].reason == "you may not see or write encryption fields"


def test_what_the_database_refuses_is_said_in_words(database):
    """One row for each kind of constraint that only the database can judge."""

    def row(record_class, number, **values):
        return ParsedRow(record_class, "us", values, "rows.csv", number)

    rows = [
        row("channel", 2, name="A", configuration="simplex", rx_freq_hz=155_000_000, tx_freq_hz=156_000_000),
        row("channel", 3, name="B", emission_designator="FM"),
        row("channel", 4, name="C", mode="am"),
        row("channel", 5, name="D", rx_squelch_kind="ctcss"),
        row("licence", 6, call_sign="X", licence_status="lost"),
        row("radio_system", 7, name="S", bands=["CB"]),
        row("radio_system", 8, name="T", wacn=0xFFFFFF),
        row("jurisdiction", 9, kind="county", code="1"),
    ]
    report = take(database, rows)
    assert counts(report) == {"created": 0, "changed": 0, "unchanged": 0, "reported": 8}
    said = {problem.row: (problem.column, problem.reason) for problem in report.problems}
    assert said[2] == (None, "a simplex channel sends and receives on one frequency, here they differ")
    assert said[3] == (None, "this is not an emission designator")
    assert said[4] == ("mode", "mode is none of the known terms")
    assert said[5] == ("rx_squelch", "the squelch's kind and its value do not agree")
    assert said[6] == ("licence_status", "licence status is none of the known terms")
    assert said[7] == ("bands", "bands is none of the known terms")
    assert said[8] == ("wacn", "wacn must lie between 0 and 1048575")
    assert said[9] == ("name", "name is missing, and a jurisdiction cannot do without")
    assert all(problem.mend for problem in report.problems)


def test_a_problem_is_as_closed_as_the_field_it_is_about(database):
    with Writer(database, ADMIN) as writer:
        writer.take(origin(), [ParsedRow("owner", "us", {"code": "us.tn", "kind": "state", "name": "TN"}, "o.csv", 2)])
        home = writer.owners.ids["us.tn"]

    def contact(row):
        references = {"agency": Reference("agency", "Nowhere")}
        return ParsedRow("contact", "us.tn", {"name": "Jo", "phone": "423-555-0199"}, "c.csv", row, references)

    for number, viewer in enumerate((ADMIN, Viewer.of_owner("clerk", home, may_write=True))):
        with Writer(database, viewer) as writer:
            report = writer.take(FileOrigin("c.csv", str(number) * 64, "csv", "us.tn", "contact"), [contact(2)])
        assert counts(report)["reported"] == 1
    said = "SELECT field_class, reason FROM import_problem ORDER BY field_class"
    with database.session(ADMIN) as session:
        rows = session.execute(text(said)).all()
    assert [row.field_class for row in rows] == ["contact", "public"]
    assert "Nowhere" in rows[0].reason
    assert rows[1].reason == "a fault in its contact fields"
    with database.session(Viewer.of_owner("clerk", home)) as session:
        assert len(session.execute(text(said)).all()) == 1
