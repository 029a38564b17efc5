"""Loading the demo's inventory: once, again only when something changed, and never with a row left out."""

import io
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select, update

from casm.db.session import open_database
from casm.demo import load
from casm.demo.pipeline import build_region
from casm.demo.progress import Steps
from casm.errors import CasmError
from casm.inventory.agency import Agency
from casm.jobs.job import Job
from casm.sharing.viewer import Viewer

VIEWER = Viewer.local_administrator()


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A copy of the inventory that a test may change."""
    copy = tmp_path / "inventory"
    shutil.copytree(load.INVENTORY, copy)
    return copy


@pytest.fixture
def step():
    with Steps(1, io.StringIO()).step("inventory") as begun:
        yield begun


@pytest.fixture(scope="module")
def first_load(make_database):
    """What the first load said, and the name of the database that holds it, closed so that it can be copied."""
    with make_database() as urls, Steps(1, io.StringIO()).step("inventory") as begun:
        opened = open_database(urls)
        load.load_boundaries(opened, VIEWER)
        load.load_national_channels(opened, VIEWER)
        said = load.load_inventory(opened, VIEWER, load.INVENTORY, begun)
        opened.close()
        yield said, make_url(urls.app).database


@pytest.fixture
def database(first_load, make_database):
    """A database of this test's own after the first load."""
    with make_database(first_load[1]) as urls:
        opened = open_database(urls)
        yield opened
        opened.close()


@pytest.fixture
def loaded(first_load):
    """What the first load said."""
    return first_load[0]


def count(database, model) -> int:
    with database.session(VIEWER) as session:
        return session.scalar(select(func.count()).select_from(model))


def test_what_is_unchanged_is_not_read_again(database, inventory, step, loaded) -> None:
    assert loaded.created == loaded.rows > 250
    assert loaded.reported == 0
    again = load.load_inventory(database, VIEWER, inventory, step)
    assert again.before is not None
    assert str(again).startswith("unchanged since ")
    assert count(database, Agency) == 14


def test_a_changed_file_is_taken_in_and_only_its_row_changes(database, inventory, step, loaded) -> None:
    file = inventory / "us.tn" / "agencies.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("Exercise Parkway", "Exercise Boulevard"), encoding="utf-8"
    )
    again = load.load_inventory(database, VIEWER, inventory, step)
    assert again.before is None
    assert (again.created, again.changed) == (0, 1)


def test_a_load_that_was_killed_is_taken_up(database, inventory, step, loaded) -> None:
    with database.session(VIEWER) as session:
        session.execute(update(Job).where(Job.kind == "demo inventory").values(state="running", finished_at=None))
    again = load.load_inventory(database, VIEWER, inventory, step)
    assert again.before is None
    assert (again.created, again.changed, again.rows) == (0, 0, loaded.rows)


def test_a_row_that_is_not_taken_stops_the_demo_and_says_which(database, inventory, tmp_path) -> None:
    file = inventory / "us.tn.scott" / "sites.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("36.35167", "96.35167"), encoding="utf-8")
    for _attempt in ("first", "again"):
        with pytest.raises(CasmError, match=r"us\.tn\.scott/sites\.csv:2 .*latitude"):
            build_region(database, VIEWER, tmp_path, Steps(7, io.StringIO()), inventory=inventory)


def test_a_missing_inventory_is_said(database, tmp_path, step) -> None:
    with pytest.raises(CasmError, match="holds no CSV file"):
        load.load_inventory(database, VIEWER, tmp_path, step)
