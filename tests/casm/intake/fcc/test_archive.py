"""Downloads opened without trust: folders, archives, bombs, paths that lead outside, damage."""

import stat
import struct
import zipfile

import pytest

from casm.errors import CasmError
from casm.intake.fcc import archive
from casm.intake.fcc.archive import UnsafeArchive, is_download, open_download, open_records, record_type_of

HD = b"HD|1|||XXA101|A|PW" + b"|" * 43 + b"\r\n"


def zipped(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def content_of(file):
    with open_records(file) as stream:
        return stream.read()


def names(download):
    return [file.name for file in download.files]


@pytest.mark.parametrize(
    ("name", "record_type"),
    [("HD.dat", "HD"), ("hd.DAT", "HD"), ("sub/EN.dat", "EN"), ("counts", None), ("QQ.dat", None), ("HD.dat.bak", None),
     ("HD.txt", None), ("", None)],
)  # fmt: skip
def test_the_name_gives_the_record_type(name, record_type):
    assert record_type_of(name) == record_type


def test_a_folder_gives_its_record_files_and_says_what_else_is_there(tmp_path):
    for name in ("HD.dat", "EN.dat", "counts", ".hidden"):
        (tmp_path / name).write_bytes(HD)
    download = open_download(tmp_path)
    assert names(download) == ["EN.dat", "HD.dat"]
    assert [problem.file for problem in download.problems] == ["counts"]
    assert content_of(download.files[1]) == HD


def test_an_archive_gives_the_same_as_a_folder(tmp_path):
    path = zipped(tmp_path / "l_mw_mon.zip", {"HD.dat": HD, "EN.dat": b"", "counts": b"1"})
    download = open_download(path)
    assert names(download) == ["EN.dat", "HD.dat"]
    assert content_of(download.files[1]) == HD


def test_one_file_alone_can_be_read(tmp_path):
    (tmp_path / "HD.dat").write_bytes(HD)
    assert names(open_download(tmp_path / "HD.dat")) == ["HD.dat"]


def test_nothing_to_read_is_said(tmp_path):
    with pytest.raises(CasmError, match="no FCC licence records"):
        open_download(tmp_path)
    with pytest.raises(CasmError, match="no file or folder"):
        open_download(tmp_path / "absent")


@pytest.mark.parametrize("name", ["../HD.dat", "/etc/HD.dat", "a/../../HD.dat", "..\\HD.dat", "C:\\HD.dat"])
def test_a_member_that_leads_outside_is_refused_and_the_others_read(tmp_path, name):
    download = open_download(zipped(tmp_path / "l.zip", {name: b"evil", "EN.dat": b""}))
    assert names(download) == ["EN.dat"]
    assert "outside itself" in download.problems[0].reason
    assert not list(tmp_path.parent.glob("HD.dat"))


def test_a_link_is_refused(tmp_path):
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w") as file:
        link = zipfile.ZipInfo("HD.dat")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("EN.dat", b"")
    download = open_download(path)
    assert names(download) == ["EN.dat"]
    assert "link" in download.problems[0].reason


def test_a_second_file_of_the_same_records_is_refused(tmp_path):
    download = open_download(zipped(tmp_path / "l.zip", {"HD.dat": HD, "other/hd.dat": HD}))
    assert names(download) == ["HD.dat"]
    assert "second file" in download.problems[0].reason


def test_a_bomb_is_stopped_long_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "RATIO_MATTERS_FROM_BYTES", 1 << 20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("CO.dat", "w") as member:
        for _ in range(300):
            member.write(b"\0" * (1 << 20))
    assert path.stat().st_size < 400_000
    pieces = []
    with open_records(open_download(path).files[0]) as stream, pytest.raises(UnsafeArchive, match="zip bomb"):
        pieces.extend(iter(lambda: stream.read(1 << 20), b""))
    assert sum(map(len, pieces)) < 80 << 20


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(UnsafeArchive, match="holds 4 files"):
        open_download(zipped(tmp_path / "l.zip", {f"{n}": b"" for n in range(4)}))


def test_a_lying_header_is_found_out(tmp_path):
    path = zipped(tmp_path / "l.zip", {"HD.dat": HD * 50}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    real, claimed = (struct.pack("<I", size) for size in (len(HD) * 50, len(HD)))
    path.write_bytes(data.replace(real, claimed))
    with pytest.raises(CasmError, match="damaged"):
        content_of(open_download(path).files[0])


def test_a_damaged_member_is_said(tmp_path):
    path = zipped(tmp_path / "l.zip", {"HD.dat": HD * 200}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[200] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(CasmError, match="damaged"):
        content_of(open_download(path).files[0])


def test_a_cut_archive_is_said(tmp_path):
    path = zipped(tmp_path / "l.zip", {"HD.dat": HD * 200})
    data = path.read_bytes()
    path.write_bytes(data[:40] + data[80:])
    with pytest.raises(CasmError):
        content_of(open_download(path).files[0])


def test_a_download_is_recognised_by_its_names(tmp_path):
    folder = tmp_path / "l_mw_mon"
    folder.mkdir()
    assert not is_download(folder)
    (folder / "HD.dat").write_bytes(HD)
    assert is_download(folder)
    assert is_download(folder / "HD.dat")
    assert is_download(zipped(tmp_path / "l.zip", {"HD.dat": HD}))
    assert not is_download(zipped(tmp_path / "other.zip", {"sites.csv": b""}))
    assert not is_download(tmp_path / "absent")
