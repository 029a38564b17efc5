"""Each file that leaves is one event: what, in which format, under which mark, how many rows, whose."""

import pytest
from sqlalchemy import select, text

from casm.db.tables import AuditEvent
from casm.exchange.geojson import write_layer
from casm.sharing.viewer import Viewer
from web.maps.offline_map import write_offline_map

ADMIN = Viewer.local_administrator()


@pytest.fixture(scope="module")
def ids(module_database, small_inventory):
    """The small inventory, written once."""
    with module_database.session(ADMIN) as session:
        return small_inventory.fill(session)


def events_after(database, write) -> list:
    """(details, what was seen) of the events that a piece of work adds."""
    with database.session(ADMIN) as session:
        before = session.scalar(select(AuditEvent.sequence).order_by(AuditEvent.sequence.desc()).limit(1)) or 0
    with database.session(ADMIN) as session:
        write(session)
    with database.session(ADMIN) as session:
        found = session.execute(
            select(AuditEvent.id, AuditEvent.action, AuditEvent.details).where(AuditEvent.sequence > before)
        ).all()
        asked = {"ids": [str(row.id) for row in found]}
        told = session.execute(text("SELECT id, seen FROM casm_sec.seen_of(CAST(:ids AS uuid[]))"), asked)
        seen = {row.id: row.seen for row in told}
        return [(row.action, row.details, seen.get(row.id)) for row in found]


def test_a_layer_tells_its_rows_and_whose_they_are(module_database, ids, tmp_path):
    ((action, details, seen),) = events_after(
        module_database, lambda session: write_layer(session, "sites", tmp_path / "sites.geojson")
    )
    assert action == "exported"
    assert (details["what"], details["format"], details["row_count"]) == ("layer sites", "geojson", 3)
    assert "TLP:" in details["marking"]
    assert seen[str(ids.county_owner)]["site"] == 3


def test_the_map_is_one_event(module_database, ids, tmp_path):
    ((action, details, seen),) = events_after(
        module_database, lambda session: write_offline_map(session, tmp_path / "map.html")
    )
    assert (action, details["what"], details["format"]) == ("exported", "the map", "html")
    assert "TLP:" in details["marking"]
    assert str(ids.county_owner) in seen


def test_a_file_that_could_not_be_written_is_no_event(module_database, ids):
    from pathlib import Path

    from casm.errors import CasmError

    def write(session):
        with pytest.raises(CasmError):
            write_layer(session, "sites", Path("/proc/no/such/sites.geojson"))

    assert events_after(module_database, write) == []
