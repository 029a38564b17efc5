"""Pages of a table, one after the other, are the whole table in its order: each record once, what is not known last."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from repeats import repeats

from casm.editing.faults import FieldFaults
from casm.editing.rights import read_rights
from casm.inventory.site import Site
from casm.listing import page as pages
from casm.listing import statements
from casm.listing.list_field import seen_fields
from casm.listing.query import query_of

ASKED = {"name": "name", "overall_height_agl_m": "overall_height_agl_m", "verified_on": "verified_on",
         "structure_type": "structure_type", "version": "version", "county": "county_fips"}  # fmt: skip


@pytest.fixture(scope="module")
def sites(world):
    """Sites of two counties, many of them alike in all but their names: what each has, by id."""
    found = {}
    with world.database.session(world.admin) as session:
        for number in range(60):
            row = Site(
                id=uuid.uuid4(), owner_id=world.two if number % 3 else world.one, name=f"Order {number * 7 % 60:02}",
                overall_height_agl_m=None if number % 5 == 0 else float(number % 7),
                verified_on=None if number % 4 == 0 else date(2026, 1, 1) + timedelta(number % 3),
                structure_type=("pole", "silo", None)[number % 3], county_fips=None if number % 2 else "47013",
            )  # fmt: skip
            session.add(row)
            found[row.id] = row
    return found


def in_order(sites, column, *, down):
    """The ids as a plain sort has them."""
    key = lambda row: (getattr(row, column), row.id)  # noqa: E731
    known = sorted((row for row in sites.values() if getattr(row, column) is not None), key=key, reverse=down)
    unknown = sorted((row for row in sites.values() if getattr(row, column) is None), key=lambda row: row.id,
                     reverse=down)  # fmt: skip
    return [row.id for row in (*known, *unknown)]


@settings(max_examples=repeats(60, quick=6), deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(sort=some.sampled_from(sorted(ASKED)), down=some.booleans(), rows=some.integers(7, 70), many=some.booleans())
def test_pages_together_are_the_sorted_table(sort, down, rows, many, sites, world):
    patch = pytest.MonkeyPatch()
    if many:
        # So that these few are more than are counted, and are walked.
        patch.setattr(statements, "MOST_COUNTED", 3)
        patch.setattr(pages, "MOST_COUNTED", 3)
    try:
        with world.database.session(world.admin) as session:
            fields = seen_fields("site", read_rights(session))
            query = query_of("site", fields, [("sort", f"-{sort}" if down else sort), ("name.contains", "Order ")])
            seen = []
            for _page in range(20):
                page = pages.read_page(session, query, rows)
                assert page.total == (None if many else len(sites))
                seen += [one.line.id for one in page.lines]
                if page.next is None:
                    break
                # As an address carries it.
                query = query_of("site", fields, query.at(page.next).pairs(paged=True))
    finally:
        patch.undo()
    assert seen == in_order(sites, ASKED[sort], down=down)


def test_too_many_are_not_sorted_by_names_of_other_records(ask, sites, monkeypatch):
    monkeypatch.setattr(statements, "MOST_COUNTED", 3)
    monkeypatch.setattr(pages, "MOST_COUNTED", 3)
    with pytest.raises(FieldFaults) as told:
        ask("site", [("sort", "owner")])
    assert told.value.faults[0].field == "sort"
    assert "narrow the filter" in told.value.faults[0].mend


def test_a_few_are_sorted_by_names_of_other_records(ask, sites):
    found = ask("site", [("sort", "-owner"), ("name.contains", "Order")], rows=200)
    owners = [one.line.owner for one in found.lines]
    assert owners == sorted(owners, reverse=True)
    assert set(owners) == {"County One", "County Two"}


def test_a_walk_shows_no_more_than_the_viewer_sees(ask, sites, world, monkeypatch):
    monkeypatch.setattr(statements, "MOST_COUNTED", 3)
    monkeypatch.setattr(pages, "MOST_COUNTED", 3)
    found = ask("site", [("name.contains", "Order")], world.editor_one, 200)
    assert {one.line.owner for one in found.lines} == {"County One"}
    assert len(found.lines) == 20
