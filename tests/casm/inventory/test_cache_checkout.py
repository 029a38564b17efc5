"""What is out of a cache: counted from its checkouts, never more than there is, whoever takes it and however."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from casm.assessments.interop_radios import programmable, read_radios
from casm.db.tables import Owner
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import FieldFaults
from casm.editing.read_record import read_record
from casm.editing.retire import bring_back, retire_record
from casm.intake.readers import Request
from casm.intake.take_in import take_in
from casm.inventory.cache_checkout import checked_out_counts
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

VIEWER = Viewer.local_administrator()
REFUSED = "more radios would be out than the cache holds"


@contextlib.contextmanager
def refused():
    """What goes on within is refused, because more radios would be out than there are."""
    with pytest.raises(FieldFaults) as told:
        yield
    assert [fault.reason for fault in told.value.faults] == [REFUSED]


@pytest.fixture
def cache(database):
    """A cache of ten radios, in a county."""
    with database.session(VIEWER) as session:
        owner = Owner(parent_id=NATION_OWNER_ID, kind="state", name="Tennessee", code="us.tn")
        session.add(owner)
        session.flush()
        made = create_record(session, "radio_cache", owner.id, {"name": "Cache", "radio_count": "10"})
    return Cache(database, owner.id, made.record_id)


class Cache:
    """The cache and what is done with it, each in a transaction of its own."""

    def __init__(self, database, owner_id, record_id):
        self.database, self.owner_id, self.id = database, owner_id, record_id

    def lend(self, count, to="Fair", **more):
        texts = {"radio_cache": "Cache", "checked_out_to": to, "radio_count": str(count), "out_on": "2026-11-20"} | more
        with self.database.session(VIEWER) as session:
            return create_record(session, "cache_checkout", self.owner_id, texts).record_id

    def change(self, name, record_id, **texts):
        with self.database.session(VIEWER) as session:
            version = read_record(session, name, record_id).version
            change_record(session, name, record_id, version, texts)

    def out(self):
        with self.database.session(VIEWER) as session:
            return checked_out_counts(session)[self.owner_id, self.id]

    def page(self):
        with self.database.session(VIEWER) as session:
            return dict(read_record(session, "radio_cache", self.id).others)

    def analysed(self):
        """How many radios the interoperability analysis may count on."""
        with self.database.session(VIEWER) as session:
            (found,) = read_radios(session, programmable(session, ())).caches
            return found.available_radio_count


def test_what_is_lent_is_not_available_and_what_came_back_is(cache):
    assert (cache.out(), cache.analysed()) == (0, 10)
    first = cache.lend(6)
    cache.lend(1, to="Flood", status="planned")
    assert (cache.out(), cache.analysed()) == (6, 4)
    assert cache.page() == {"Radios checked out": "6", "Radios available now": "4 of 10"}
    cache.change("cache_checkout", first, returned_on="2026-11-25")
    assert (cache.out(), cache.analysed()) == (0, 10)
    with cache.database.session(VIEWER) as session:
        stored = read_record(session, "radio_cache", cache.id)
        assert (stored.version, stored.texts["radio_count"]) == (1, "10")


def test_a_checkout_entered_by_mistake_and_retired_takes_nothing_out(cache):
    first = cache.lend(10)
    with cache.database.session(VIEWER) as session:
        retire_record(session, "cache_checkout", first, 1)
    assert cache.analysed() == 10
    cache.lend(5, to="Flood")
    with refused(), cache.database.session(VIEWER) as session:
        bring_back(session, "cache_checkout", first, 2)


def test_no_more_goes_out_than_there_is(cache):
    cache.lend(6)
    with refused():
        cache.lend(5, to="Flood")
    flood = cache.lend(4, to="Flood")
    with refused():
        cache.change("cache_checkout", flood, radio_count="5")
    with refused():
        cache.change("radio_cache", cache.id, radio_count="9")
    assert cache.out() == 10
    cache.change("radio_cache", cache.id, radio_count="11")
    assert cache.analysed() == 1


def test_an_unknown_count_stays_unknown(cache):
    cache.lend(6)
    cache.change("radio_cache", cache.id, radio_count="")
    assert cache.analysed() is None
    assert cache.page()["Radios available now"].startswith("not known")
    cache.lend(500, to="Flood")


def test_of_two_who_take_the_last_radios_at_once_one_is_told(cache):
    start = Barrier(2)

    def take(to):
        start.wait()
        try:
            return cache.lend(6, to=to)
        except FieldFaults as error:
            return error.faults[0].reason

    with ThreadPoolExecutor(2) as takers:
        told = [one for one in takers.map(take, ("Fair", "Flood")) if isinstance(one, str)]
    assert told == [REFUSED]
    assert cache.out() == 6


def test_a_file_that_lends_too_many_is_told_by_row(cache, tmp_path):
    path = tmp_path / "cache_checkouts.csv"
    path.write_text(
        "cache,borrower,radios,out,due\nCache,Fair,6,2026-11-20,2026-11-19\nCache,Fair,6,2026-11-20,\n"
        "Cache,Flood,5,2026-11-21,\nCache,Flood,4,2026-11-22,\n",
        encoding="utf-8",
    )
    (report,) = take_in(cache.database, VIEWER, Request(path, owner_code="us.tn")).reports
    assert (report.total("created"), report.total("reported")) == (2, 2)
    told = {problem.row: problem.reason for problem in report.problems}
    assert told[2] == "the radios are due before they went out"
    assert told[4] == REFUSED
    assert cache.out() == 10
