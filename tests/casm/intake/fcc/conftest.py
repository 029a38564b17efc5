"""Licence records built from the layouts, the real files where they are, and one way of taking them in."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from casm.intake.batches import FileOrigin, sha256_of
from casm.intake.fcc.archive import open_download
from casm.intake.fcc.known import Known
from casm.intake.fcc.layout import COLUMNS, EDITIONS, FIELD_COUNTS
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.read import read_download
from casm.intake.fcc.reader import READER, open_licences
from casm.intake.row import ParsedRow, RejectedRow
from casm.intake.writer import Writer
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ROOT = Path(__file__).parents[4]


def shared_data() -> Path:
    return Path(os.environ.get("CASM_SHARED_DIR") or ROOT.parent / "shared") / "data"


@pytest.fixture(scope="session")
def layouts_folder() -> Path:
    folder = shared_data() / "fcc_layouts"
    if not folder.is_dir():
        pytest.skip("the FCC's layout files are not here (CASM_SHARED_DIR)")
    return folder


@pytest.fixture(scope="session")
def microwave_folder() -> Path:
    folder = shared_data() / "uls_mw_ps_2015"
    if not folder.is_dir():
        pytest.skip("the FCC's microwave licences of 2015 are not here (CASM_SHARED_DIR)")
    return folder


@pytest.fixture(scope="session")
def synthetic_folder() -> Path:
    return ROOT / "fixtures" / "fcc_synthetic"


def line(record_type: str, edition: str = "2015", **fields: object) -> str:
    """One record of an edition, every column empty that is not named."""
    counts = FIELD_COUNTS[record_type]
    width = min(counts) if edition == EDITIONS[0] else max(counts)
    values = {"record_type": record_type, **fields}
    unknown = set(values) - set(COLUMNS[record_type])
    assert not unknown, unknown
    return "|".join(str(values.get(column, "")) for column in COLUMNS[record_type][:width])


@pytest.fixture(scope="session")
def record_line() -> Callable[..., str]:
    return line


@pytest.fixture(scope="session")
def write_files():
    """Write records into .dat files by their type, as the FCC does: Latin-1, CRLF."""

    def write(folder: Path, *lines: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for text in lines:
            with (folder / f"{text[:2]}.dat").open("a", encoding="latin-1", newline="") as file:
                file.write(text + "\r\n")
        return folder

    return write


def read(path: Path, known: Known | None = None, owner_code: str = "us") -> SimpleNamespace:
    """Everything a reader hands on for a folder or zip, sorted out."""
    outcome = Outcome()
    items = list(read_download(open_download(path), owner_code, known or Known(), outcome))
    rows: dict[str, list[ParsedRow]] = {}
    for item in items:
        if isinstance(item, ParsedRow):
            rows.setdefault(item.record_class, []).append(item)
    refusals = [item for item in items if isinstance(item, RejectedRow)]
    findings = [item for item in items if not isinstance(item, ParsedRow | RejectedRow)]
    notes = [note for several in rows.values() for row in several for note in row.notes]
    said = [*findings, *notes, *(problem for refusal in refusals for problem in refusal.problems)]
    return SimpleNamespace(rows=rows, refusals=refusals, findings=findings, said=said, tally=outcome.tally, items=items)


@pytest.fixture(scope="session")
def read_path():
    return read


def take_in(database, path: Path, *, owner_code: str = "us", owner_id=NATION_OWNER_ID, chunk_rows: int = 1000):
    """Import a folder or zip of licence records; the report."""
    viewer = Viewer.local_administrator()
    with database.session(viewer) as session:
        reader = open_licences(path, owner_code, session, owner_id)
    origin = FileOrigin(path.name, sha256_of(reader.paths), READER, owner_code)
    with Writer(database, viewer, chunk_rows=chunk_rows) as writer:
        report = writer.take(origin, reader)
    assert reader.bytes_read == reader.byte_count
    return report


@pytest.fixture(scope="session")
def import_path():
    return take_in
