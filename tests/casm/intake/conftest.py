"""What the intake tests share: files written on the spot, imports, counts, and the inventory in comparable form."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from casm.intake.boundaries import import_boundaries
from casm.intake.mapping import ColumnMapping, load_mapping
from casm.intake.readers import Request
from casm.intake.report import OUTCOMES, ImportReport
from casm.intake.take_in import TakenIn, take_in
from casm.sharing.viewer import Viewer

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("CASM_SHARED_DIR") or ROOT.parent / "shared")

TABLES = (
    "agency", "agreement", "agreement_asset", "agreement_party", "alert_originator", "backhaul_link",
    "backhaul_link_sensitive", "broadband_service", "broadband_service_sensitive", "cache_checkout", "channel",
    "comm_unit_member", "comm_unit_member_contact", "comm_unit_qualification", "contact", "dispatch_center",
    "dispatch_center_agency", "dispatch_center_peer", "fleet", "fleet_encryption", "gateway", "gateway_port",
    "jurisdiction", "licence", "link_carries_system", "mobile_comm_vehicle", "need", "need_party", "radio",
    "radio_cache", "radio_system", "resource_encryption", "site",
    "site_sensitive", "station", "station_frequency", "system_peer", "talkgroup", "template", "template_slot",
)  # fmt: skip
NAMES = ("name", "title", "alias", "call_sign", "code")


@pytest.fixture(scope="session")
def fixtures_folder() -> Path:
    """The repository's fixtures."""
    return ROOT / "fixtures"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of large data sets that are not in the repository; skipped where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared data folder at {folder} (CASM_SHARED_DIR names another)")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of text and give its path."""

    def written(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written


class Intake:
    """A database of the test's own, and what tests do with it."""

    viewer = Viewer.local_administrator()

    def __init__(self, database) -> None:
        self.database = database

    def request(self, path: Path, *, owner: str = "us", mapping: Path | None = None, record_class=None) -> Request:
        """What is to be taken in."""
        return Request(
            path=path,
            owner_code=owner,
            record_class=record_class,
            mapping=load_mapping(mapping) if mapping else ColumnMapping(),
            mapping_path=mapping,
        )

    def take(self, path: Path, *, dry_run: bool = False, **request) -> ImportReport:
        """Take one file in as the administrator."""
        return take_in(self.database, self.viewer, self.request(path, **request), dry_run=dry_run).reports[0]

    def take_folder(self, path: Path, owner: str = "us") -> TakenIn:
        """Take a folder in as the administrator."""
        return take_in(self.database, self.viewer, self.request(path, owner=owner))

    def take_boundaries(self, states: list[str]) -> ImportReport:
        """Take the polygons of some states in."""
        return import_boundaries(self.database, self.viewer, states=states)

    def add_owner(self, code: str, kind: str) -> None:
        """Make one owner below its parent."""
        with self.database.session(self.viewer) as session:
            session.execute(
                text(
                    "INSERT INTO owner (id, parent_id, kind, name, code) "
                    "SELECT gen_random_uuid(), id, :kind, :code, :code FROM owner WHERE code = :parent"
                ),
                {"kind": kind, "code": code, "parent": code.rpartition(".")[0]},
            )

    def rows(self, statement: str, **values) -> list[tuple]:
        """Rows of a query."""
        with self.database.session(self.viewer) as session:
            return [tuple(row) for row in session.execute(text(statement), values)]

    def value(self, statement: str, **values):
        """The one value of a query."""
        return self.rows(statement, **values)[0][0]

    def inventory(self) -> dict[str, list[str]]:
        """Every row of every table without ids and times, references by name: equal for equal inventories."""
        rows = {table: [row[0] for row in self.rows(f"SELECT to_jsonb(t) FROM {table} AS t")] for table in TABLES}
        names = {str(one): code for one, code in self.rows("SELECT id, code FROM owner")}
        for table in TABLES:
            for row in rows[table]:
                label = next((row[name] for name in NAMES if row.get(name)), None)
                if label:
                    names[row["id"]] = f"{table} {label}"
        return {table: sorted(_comparable(row, names) for row in rows[table]) for table in TABLES}


LEFT_OUT = {"id", "created_at", "updated_at", "import_batch_id", "retired_at"}


def _comparable(row: dict, names: dict[str, str]) -> str:
    kept = {key: row[key] for key in sorted(row) if key not in LEFT_OUT}
    return str({key: names.get(value, value) if isinstance(value, str) else value for key, value in kept.items()})


@pytest.fixture
def intake(database) -> Intake:
    """Imports into an empty database of this test's own."""
    return Intake(database)


@pytest.fixture(scope="session")
def counts() -> Callable[[ImportReport], tuple[int, ...]]:
    """Rows created, changed, unchanged, reported."""
    return lambda report: tuple(report.total(outcome) for outcome in OUTCOMES)


@pytest.fixture(scope="session")
def reasons() -> Callable[[ImportReport], dict[int | None, str]]:
    """What was said of each row, by its number."""

    def said(report: ImportReport) -> dict[int | None, str]:
        found: dict[int | None, str] = {}
        for problem in report.problems:
            found[problem.row] = "; ".join(filter(None, (found.get(problem.row), problem.reason)))
        return found

    return said


@pytest.fixture(scope="session")
def intake_of() -> Callable[..., Intake]:
    """Imports into a database that is given."""
    return Intake
