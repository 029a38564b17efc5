"""The reader that the import iterates: how far it is never goes back, and ends at the end."""

import contextlib
import os
import zipfile

import pytest

from casm.errors import CasmError
from casm.intake.fcc.archive import open_download
from casm.intake.fcc.known import Known
from casm.intake.fcc.reader import LicenceReader
from casm.intake.fcc.records import Record
from casm.intake.fcc.spool import open_spool


def test_progress_rises_to_the_whole(synthetic_folder):
    reader = LicenceReader(open_download(synthetic_folder / "l_lm_2025"), "us", Known())
    seen = [reader.bytes_read for _ in reader]
    assert seen == sorted(seen)
    assert 0 < seen[0] < reader.byte_count
    assert reader.bytes_read == reader.byte_count
    assert reader.byte_count == sum(file.stat().st_size for file in (synthetic_folder / "l_lm_2025").iterdir())


def test_an_archive_gives_the_same_rows_as_the_folder(synthetic_folder, tmp_path, read_path):
    path = tmp_path / "l_mw.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in (synthetic_folder / "l_mw_2025").iterdir():
            archive.write(file, file.name)
    reader = LicenceReader(open_download(path), "us", Known())
    assert reader.paths == (path,)
    assert reader.byte_count == sum(file.stat().st_size for file in (synthetic_folder / "l_mw_2025").iterdir())
    assert list(reader) == read_path(synthetic_folder / "l_mw_2025").items


def test_rows_belong_to_the_owner_asked_for(synthetic_folder):
    rows = list(LicenceReader(open_download(synthetic_folder / "l_mw_2025"), "us.tn.campbell", Known()))
    assert {row.owner_code for row in rows if hasattr(row, "owner_code")} == {"us.tn.campbell"}


def fill(spool):
    spool.database.execute("PRAGMA max_page_count = 20")
    for row in range(2000):
        spool.add(row, Record("CO", "CO.dat", row, ("CO", str(row), "x" * 200)))


def fill_a_small_spool():
    with open_spool() as spool:
        fill(spool)


def test_no_room_for_the_temporary_store_is_said():
    with pytest.raises(CasmError, match=r"database or disk is full.*SQLITE_TMPDIR"):
        fill_a_small_spool()


def open_file_names():
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(f"/proc/self/fd/{number}")


def test_the_temporary_store_is_on_disk_and_has_no_name():
    with open_spool() as spool:
        for row in range(180_000):
            spool.add(row, Record("CO", "CO.dat", row, ("CO", str(row), "x" * 200)))
        assert any("etilqs" in name and name.endswith("(deleted)") for name in open_file_names())
