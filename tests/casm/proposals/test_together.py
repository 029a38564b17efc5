"""Many changes proposed together: previewed as they would be, a proposal for each record, and nothing changed."""

import pytest
from sqlalchemy import select

from casm.bulk.edit import commit_edit, preview_edit
from casm.bulk.outcome import CHANGES, REFUSED, STAYS, BulkRefused
from casm.bulk.retire import commit_retire, preview_bring_back, preview_retire
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import FieldFaults
from casm.editing.read_record import read_record
from casm.notices.read_notices import read_notices
from casm.proposals.decide import apply_proposal
from casm.proposals.proposal import Proposal


@pytest.fixture
def sites(world):
    """Three more sites of county one, and one of county two that Ed may not even see."""
    made = {}
    with world.database.session(world.admin) as session:
        for name in ("Ash", "Birch", "Cedar"):
            texts = {"name": name, "structure_type": "pole"}
            made[name] = create_record(session, "site", world.one, texts).record_id
    return {**made, "Tower": world.site}


def proposals(world, viewer):
    with world.database.session(viewer) as session:
        rows = session.scalars(select(Proposal).order_by(Proposal.title))
        return [(one.title, one.act, one.state, one.fields, one.reason, one.base_version) for one in rows]


def versions(world, sites):
    with world.database.session(world.admin) as session:
        return {name: read_record(session, "site", one).version for name, one in sites.items()}


def test_what_an_editor_may_only_propose_becomes_proposals_after_a_preview(world, sites):
    before = versions(world, sites)
    with world.database.session(world.ed) as session:
        found = preview_edit(session, "site", [*sites.values(), world.foreign], {"structure_type": "silo"})
        assert sorted(one.title for one in found.of(CHANGES)) == ["Ash", "Birch", "Cedar", "Tower"]
        assert all(one.proposed for one in found.of(CHANGES))
        told = {one.title: [(d.before, d.after) for d in one.differing] for one in found.of(CHANGES)}
        assert told["Ash"] == [("pole", "silo")]
    assert proposals(world, world.ed) == [], "a preview proposes nothing"
    with world.database.session(world.ed) as session:
        done = commit_edit(session, "site", found.stated, {"structure_type": "silo"}, "seen on site")
    assert (done.count, done.proposed) == (0, 4)
    assert versions(world, sites) == before
    made = proposals(world, world.mia)
    assert [one[0] for one in made] == ["Ash", "Birch", "Cedar", "Tower"]
    assert made[0][1:] == ("change", "waiting", {"structure_type": {"before": "pole", "after": "silo"}},
                           "seen on site", 1)  # fmt: skip
    assert proposals(world, world.zoe) == []
    with world.database.session(world.mia) as session:
        notices = read_notices(session)
        assert len(notices) == 1, "told once of all"
        assert "and 3 more proposed together" in notices[0].words
        waiting = session.scalars(select(Proposal.id).where(Proposal.title == "Birch")).one()
        assert apply_proposal(session, waiting).version == 2
    with world.database.session(world.admin) as session:
        assert read_record(session, "site", sites["Birch"]).texts["structure_type"] == "silo"


def test_a_manager_makes_the_very_same_changes_at_once(world, sites):
    with world.database.session(world.mia) as session:
        found = preview_edit(session, "site", list(sites.values()), {"structure_type": "silo"})
        assert not any(one.proposed for one in found.of(CHANGES))
        done = commit_edit(session, "site", found.stated, {"structure_type": "silo"})
    assert (done.count, done.proposed) == (4, 0)
    assert proposals(world, world.mia) == []


def test_one_record_that_moved_on_stops_them_all(world, sites):
    with world.database.session(world.ed) as session:
        found = preview_edit(session, "site", list(sites.values()), {"structure_type": "silo"})
    with world.database.session(world.mia) as session:
        change_record(session, "site", sites["Cedar"], 1, {"address": "elsewhere"})
    with pytest.raises(BulkRefused) as refused, world.database.session(world.ed) as session:
        commit_edit(session, "site", found.stated, {"structure_type": "silo"})
    assert [one.title for one in refused.value.outcomes] == ["Cedar"]
    assert proposals(world, world.mia) == []


def test_what_differs_in_nothing_is_not_proposed(world, sites):
    with world.database.session(world.ed) as session:
        found = preview_edit(session, "site", list(sites.values()), {"structure_type": "pole"})
        assert sorted(one.title for one in found.of(STAYS)) == ["Ash", "Birch", "Cedar"]
        assert [one.title for one in found.of(CHANGES)] == ["Tower"]


def test_retiring_is_proposed_and_taking_back_is_not(world, sites):
    with world.database.session(world.ed) as session:
        found = preview_retire(session, "site", [sites["Ash"], sites["Birch"]])
        assert all(one.proposed for one in found.of(CHANGES))
        done = commit_retire(session, "site", found.stated, "gone")
        assert (done.count, done.proposed) == (0, 2)
        refused = preview_bring_back(session, "site", list(sites.values())).of(REFUSED)
        assert len(refused) == 4
        assert "cannot be proposed" in refused[0].refused[0].reason
    assert [one[:2] for one in proposals(world, world.mia)] == [("Ash", "retire"), ("Birch", "retire")]


def test_who_lacks_a_class_of_field_proposes_nothing_of_it_and_a_reader_nothing_at_all(world, sites):
    with world.database.session(world.ray) as session:
        found = preview_edit(session, "site", list(sites.values()), {"structure_type": "silo"})
        assert len(found.of(REFUSED)) == 4
        with pytest.raises(BulkRefused):
            commit_edit(session, "site", {sites["Ash"]: 1}, {"structure_type": "silo"})
    assert proposals(world, world.ray) == []


def test_a_reason_that_is_too_long_stops_them_all(world, sites):
    with pytest.raises(FieldFaults), world.database.session(world.ed) as session:
        commit_edit(session, "site", {sites["Ash"]: 1}, {"structure_type": "silo"}, "x" * 501)
    assert proposals(world, world.mia) == []
