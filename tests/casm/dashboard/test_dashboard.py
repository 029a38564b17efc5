"""The figures of a dashboard against a small world counted by hand (conftest.py says what is in it)."""

from collections import Counter
from datetime import date

import pytest
from statements import statements_sent

from casm.assessments.due import overdue_before
from casm.audit.reading import reading_apart
from casm.dashboard.conditions import conditions_of
from casm.dashboard.counted_rows import read_counted
from casm.dashboard.dashboard import read_dashboard
from casm.dashboard.expiry import expiries
from casm.dashboard.figures import percent
from casm.dashboard.importance import IMPORTANT
from casm.dashboard.scope import ScopeMissing, read_choices
from casm.editing.record_class import record_class_of, record_classes
from casm.sharing.viewer import Viewer
from geo.interop.freshness import months_later


def read(world, viewer, code):
    with world.database.session(viewer) as session:
        return read_dashboard(session, code, as_of=world.as_of)


def test_a_state_counts_all_below_it(hand_world):
    shown = read(hand_world, hand_world.admin, "us.tn")
    assert {name: figures.here for name, figures in shown.classes.items()} == {
        "site": 4, "site_sensitive": 1, "agency": 1, "licence": 9, "agreement": 2, "need": 5,
    }  # fmt: skip
    assert shown.sums.here == 22
    site = shown.classes["site"]
    assert (site.current, site.overdue, site.unverified, site.never_due) == (1, 1, 2, 0)
    assert site.recent == 4


def test_what_ends_is_counted_by_day(hand_world):
    shown = read(hand_world, hand_world.admin, "us.tn")
    licence = shown.classes["licence"]
    assert licence.expired == 1
    assert [licence.expires(days) for days in (30, 90, 365)] == [2, 4, 6]
    lease = shown.classes["site_sensitive"]
    assert [lease.expires(days) for days in (30, 90, 365)] == [1, 1, 1]
    assert shown.sums.expires == (3, 5, 7)
    by_month = {(one.record_class, one.month): one.count for one in shown.endings}
    assert by_month == {
        ("licence", date(2026, 11, 1)): 1, ("licence", date(2026, 12, 1)): 2, ("licence", date(2027, 2, 1)): 1,
        ("licence", date(2027, 3, 1)): 1, ("licence", date(2027, 11, 1)): 1, ("site_sensitive", date(2026, 12, 1)): 1,
    }  # fmt: skip


def test_what_is_missing_is_counted_field_by_field(hand_world):
    shown = read(hand_world, hand_world.admin, "us.tn")
    site = shown.classes["site"]
    missing = {gap.field.name: gap.count for gap in site.gaps}
    assert missing == {
        "position": 2, "ground_elevation_amsl_m": 4, "overall_height_agl_m": 4, "structure_type": 3,
        "county_fips": 3, "last_inspected_on": 4,
    }  # fmt: skip
    # The position is what answers are computed from; the rest by how many lack it.
    assert [gap.field.name for gap in site.gaps][:2] == ["position", "ground_elevation_amsl_m"]
    assert (site.known, site.wanted) == (24 - 20, 24)
    # An open-ended agreement needs no day of its end: only the other lacks one.
    agreement = {gap.field.name: gap.count for gap in shown.classes["agreement"].gaps}
    assert agreement == {"effective_on": 1, "expires_on": 1, "activation_steps": 2}


def test_counties_are_compared(hand_world):
    shown = read(hand_world, hand_world.admin, "us.tn")
    one, two = shown.branches
    assert (one.owner.code, one.sums.here, one.sums.overdue, one.sums.expired) == ("us.tn.one", 11, 1, 0)
    assert (two.owner.code, two.sums.here, two.sums.unverified, two.sums.expired) == ("us.tn.two", 11, 11, 1)
    assert (one.sums.expires, two.sums.expires) == ((2, 3, 3), (1, 2, 4))
    assert one.sums.here + two.sums.here == shown.sums.here


def test_needs_stand_as_an_interval(hand_world):
    needs = read(hand_world, hand_world.admin, "us.tn").needs
    assert Counter(one.state for one in needs.stated) == {"met": 1, "not proven": 1, "not met": 1, "not computed": 1}
    assert (needs.least_met, needs.most_met, needs.proposed) == (1, 3, 1)
    county = read(hand_world, hand_world.admin, "us.tn.one").needs
    assert (county.least_met, county.most_met) == (1, 2)


def test_only_what_the_asker_sees_is_counted(hand_world):
    shown = read(hand_world, hand_world.reader_one, "us.tn")
    assert {name: figures.here for name, figures in shown.classes.items()} == {
        "site": 3, "agency": 1, "licence": 3, "agreement": 2, "need": 2,
    }  # fmt: skip
    # Of the neighbour not even the name is known; leases are of sites' sensitive fields.
    assert [branch.owner.code for branch in shown.branches] == ["us.tn.one"]
    assert "site_sensitive" not in {one.name for one in shown.record_classes}
    assert read(hand_world, hand_world.sensitive_two, "us.tn").classes["site_sensitive"].here == 1


def test_a_foreign_jurisdiction_is_missing(hand_world):
    for code in ("us.tn.two", "us.tn.nowhere"):
        with hand_world.database.session(hand_world.reader_one) as session:
            with pytest.raises(ScopeMissing):
                read_dashboard(session, code)
            with pytest.raises(ScopeMissing):
                read_counted(session, code, "site", "here")
    with hand_world.database.session(hand_world.reader_one) as session:
        assert [one.code for one in read_choices(session)] == ["us.tn.one"]


def test_the_list_behind_a_figure_holds_exactly_what_was_counted(hand_world):
    for viewer in (hand_world.admin, hand_world.reader_one, hand_world.sensitive_two):
        shown = read(hand_world, viewer, "us.tn")
        with hand_world.database.session(viewer) as session:
            for name, figures in shown.classes.items():
                for figure, count in figures.counts.items():
                    page = read_counted(session, "us.tn", name, figure, as_of=hand_world.as_of)
                    assert (page.total, len(page.lines)) == (count, count), (name, figure)


def test_the_list_names_the_records(hand_world):
    with hand_world.database.session(hand_world.admin) as session:
        def titles(name, figure, code="us.tn"):
            page = read_counted(session, code, name, figure, as_of=hand_world.as_of)
            return [line.title for line in page.lines]

        assert titles("site", "current") == ["A"]
        assert titles("site", "overdue") == ["B"]
        assert titles("site", "unverified") == ["C", "D"]
        assert titles("site", "unverified", "us.tn.one") == ["C"]
        assert titles("licence", "expires-30") == ["WAAA001", "WAAA002"]
        assert titles("agreement", "missing-expires_on") == ["Old plan"]
        with pytest.raises(ScopeMissing):
            read_counted(session, "us.tn", "site", "missing-nothing")


def test_sites_are_gathered_by_nearness(hand_world):
    with reading_apart() as reading:
        shown = read(hand_world, hand_world.admin, "us.tn")
    (cluster,) = shown.clusters
    assert sum(count for (_owner, table), count in reading.counts.items() if table == "site") == 2
    assert (cluster.count, cluster.current) == (2, 1)
    assert (cluster.longitude, cluster.latitude) == pytest.approx((-84.3, 36.3))


def test_the_dashboard_takes_few_statements_whatever_there_is(hand_world):
    with statements_sent(hand_world.database.engine) as counted:
        for viewer, code in ((hand_world.admin, "us.tn"), (hand_world.sensitive_two, "us.tn.two")):
            counted.clear()
            read(hand_world, viewer, code)
            assert len(counted) <= 22, "\n".join(counted)


def test_every_important_field_and_every_end_is_a_column_of_its_class():
    for name, fields in IMPORTANT.items():
        columns = record_class_of(name).shape.table.c
        for one in fields:
            assert {*one.columns, *([one.unless] if one.unless else [])} <= set(columns.keys()), name
            assert one.weight in (1, 2, 3)
            assert one.reason
        assert [one.weight for one in fields] == sorted((one.weight for one in fields), reverse=True), name
    for one in expiries():
        assert one.column in record_class_of(one.record_class).shape.table.c
    for record_class in record_classes():
        assert conditions_of(record_class, date(2026, 11, 30))


@pytest.mark.parametrize("as_of", [date(2026, 11, 30), date(2024, 2, 29), date(2025, 2, 28), date(2026, 3, 31)])
@pytest.mark.parametrize("months", [1, 6, 12, 24])
def test_the_first_day_that_still_holds_agrees_with_the_answers(as_of, months):
    cut = overdue_before(as_of, months)
    assert months_later(cut, months) >= as_of
    assert months_later(date.fromordinal(cut.toordinal() - 1), months) < as_of


def test_a_share_is_whole_only_when_it_is():
    assert [percent(part, 1000) for part in (0, 1, 5, 500, 999, 1000)] == [0, 1, 1, 50, 99, 100]
    assert percent(0, 0) is None


def test_a_program_without_any_sight_is_offered_nothing(hand_world):
    nobody = Viewer("nobody", hand_world.one)
    with hand_world.database.session(nobody) as session:
        assert read_choices(session) == []
