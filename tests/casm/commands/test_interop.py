"""`casm interop` as it is typed: the matrix it prints, what it keeps, and what it refuses."""

import uuid
from datetime import date

import pytest
from click.testing import CliRunner
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, box
from sqlalchemy.engine import make_url

from casm.commands.interop import command, months_by_class
from casm.db.tables import Agency, Need, NeedParty, Owner
from casm.errors import CasmError
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

FRESH = date(2026, 10, 1)


@pytest.fixture
def casm(database_server, database_urls, monkeypatch, tmp_path):
    """Run the command on this test's own database, with a data folder that has no terrain."""
    monkeypatch.setenv("CASM_DATA_DIR", str(database_server.layout.data_dir))
    monkeypatch.delenv("CASM_DATABASE_URL", raising=False)
    name = make_url(database_urls.app).database

    def run(*arguments):
        return CliRunner().invoke(command, ["--database", name, "--as-of", "2026-11-22", *arguments])

    return run


@pytest.fixture
def two_agencies(database) -> None:
    """Two agencies with service areas and nothing else on record, and a need of theirs."""
    owner, need = uuid.uuid4(), uuid.uuid4()
    with database.session(Viewer.local_administrator()) as session:
        session.add(Owner(id=owner, parent_id=NATION_OWNER_ID, kind="state", name="Made", code="us.st"))
        session.flush()
        session.add(Need(id=need, owner_id=owner, name="Mutual aid", required_level=3, verified_on=FRESH))
        session.flush()
        for number, name in enumerate(("North Fire", "South Fire")):
            agency, area = uuid.uuid4(), box(-84.3, 36.3 + 0.02 * number, -84.2, 36.4)
            shape = from_shape(MultiPolygon([area]), srid=4326)
            session.add(Agency(id=agency, owner_id=owner, name=name, service_area=shape, verified_on=FRESH))
            session.add(NeedParty(owner_id=owner, need_id=need, agency_owner_id=owner, agency_id=agency))


def test_the_matrix_and_the_needs_are_printed(casm, two_agencies):
    result = casm("--no-coverage")
    assert result.exit_code == 0, result.output
    assert "2 agencies, 1 pairs: 1 results written, 0 kept, 0 removed." in result.output
    assert "Fire: 0, perhaps 5  (the overlap of their service areas)" in result.output
    assert "Mutual aid: not proven (level 3 asked, 0, perhaps 5 found)" in result.output
    assert "no radios of North Fire are on record" in result.output
    assert "1 kept" in casm("--no-coverage").output


def test_without_terrain_it_says_what_to_do(casm, two_agencies):
    result = casm()
    assert isinstance(result.exception, CasmError)
    assert "--no-coverage" in result.exception.mend


def test_when_a_class_is_due_is_asked_for_by_class_and_months():
    assert months_by_class(("template=24", "gateway=6")) == {"template": 24, "gateway": 6}
    with pytest.raises(CasmError, match="not of the form CLASS=MONTHS"):
        months_by_class(("template",))
