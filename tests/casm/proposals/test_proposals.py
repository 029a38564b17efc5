"""Proposals: who may make, see and decide them, against which version, and what is told and recorded."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casm.db.tables import AuditEvent, Proposal
from casm.editing.change_record import change_record, create_record
from casm.editing.faults import EditConflict, FieldFaults, NotWritable, RecordMissing
from casm.editing.history import read_history
from casm.editing.read_record import read_record
from casm.errors import CasmError
from casm.notices.notify import About, notify
from casm.notices.read_notices import mark_read, read_notices
from casm.proposals.decide import apply_proposal, decline_proposal, withdraw_proposal
from casm.proposals.propose import propose_change, propose_record, propose_retirement
from casm.proposals.read_proposals import count_waiting, list_proposals, proposals_of, read_proposal
from casm.proposals.rules import end_rule, list_rules, set_rule
from casm.sharing.standing import read_standing


def propose(world, viewer, texts, *, name="site", record_id=None, version=1, reason=""):
    with world.database.session(viewer) as session:
        return propose_change(session, name, record_id or world.site, version, texts, reason).id


def site(world):
    with world.database.session(world.admin) as session:
        return read_record(session, "site", world.site)


def words(world, viewer):
    with world.database.session(viewer) as session:
        return [one.words for one in read_notices(session)]


def test_an_editors_change_is_proposed_and_made_when_a_manager_approves_it(world):
    with world.database.session(world.ed) as session:
        record = read_record(session, "site", world.site)
        assert (record.may_write, record.may_propose) == (False, True)
        with pytest.raises(NotWritable):
            change_record(session, "site", world.site, 1, {"address": "2 Ridge"})
    made = propose(world, world.ed, {"address": "2 Ridge", "name": "Tower"}, reason="moved")
    assert (site(world).version, site(world).texts["address"]) == (1, "1 Ridge")
    with world.database.session(world.ed) as session:
        shown = read_proposal(session, made)
        assert [(one.name, one.before, one.after) for one in shown.differences] == [("address", "1 Ridge", "2 Ridge")]
        assert (shown.own, shown.may_decide, shown.moved_on) == (True, False, False)
        with pytest.raises(NotWritable):
            apply_proposal(session, made)
    assert words(world, world.mia) == ["Ed proposes a change that waits for you: Tower"]
    with world.database.session(world.mia) as session:
        assert count_waiting(session) == 1
        assert apply_proposal(session, made).version == 2
    assert (site(world).version, site(world).texts["address"]) == (2, "2 Ridge")
    assert words(world, world.ed) == ["Mia approved what you proposed: Tower"]
    with world.database.session(world.mia) as session:
        newest = read_history(session, read_record(session, "site", world.site))[0]
        (proposal,) = proposals_of(session, world.site)
        assert (newest.number, newest.actor) == (2, "Mia")
        assert (proposal.applied_version, proposal.proposed_by, proposal.decided_by) == (2, "Ed", "Mia")
        with pytest.raises(CasmError, match="applied already"):
            apply_proposal(session, made)
        told = session.execute(
            select(AuditEvent.action, AuditEvent.actor).where(AuditEvent.subject_table == "proposal")
            .order_by(AuditEvent.sequence)
        ).all()  # fmt: skip
        assert [tuple(one) for one in told] == [("proposed", "Ed"), ("approved", "Mia")]


def test_a_record_that_moved_on_is_never_overwritten(world):
    made = propose(world, world.ed, {"address": "2 Ridge"})
    with world.database.session(world.mia) as session:
        change_record(session, "site", world.site, 1, {"address": "3 Ridge", "aliases": "Old"})
    for version in (None, 1):
        with world.database.session(world.mia) as session, pytest.raises(EditConflict) as told:
            apply_proposal(session, made, version)
        error = told.value
        assert (error.expected, error.current, error.edited) == (1, 2, ("address",))
        assert (error.was["address"], error.theirs["address"], error.mine["address"]) == (
            "1 Ridge", "3 Ridge", "2 Ridge",
        )  # fmt: skip
    assert site(world).texts["address"] == "3 Ridge"
    with world.database.session(world.mia) as session:
        assert read_proposal(session, made).moved_on
        # Having seen all three, and only on top of the version seen.
        assert apply_proposal(session, made, 2).version == 3
    assert (site(world).texts["address"], site(world).texts["aliases"]) == ("2 Ridge", "Old")


def test_what_cannot_be_taken_is_refused_when_it_is_proposed(world):
    for field, text_given in (("ground_elevation_amsl_m", "high"), ("status", "retired")):
        with world.database.session(world.ed) as session, pytest.raises(FieldFaults) as told:
            propose_change(session, "site", world.site, 1, {field: text_given})
        assert field in {one.field for one in told.value.faults}
    with world.database.session(world.ed) as session:
        with pytest.raises(EditConflict):
            propose_change(session, "site", world.site, 7, {"address": "x"})
        with pytest.raises(CasmError, match="Nothing differs"):
            propose_change(session, "site", world.site, 1, {"address": "1 Ridge"})
        with pytest.raises(FieldFaults, match="field"):
            propose_change(session, "site", world.site, 1, {"address": "x"}, "y" * 501)
        assert session.scalars(select(Proposal)).all() == []


def test_new_records_and_retirements_are_proposed_as_well(world):
    with world.database.session(world.ed) as session:
        with pytest.raises(NotWritable):
            create_record(session, "site", world.one, {"name": "Hill"})
        made = propose_record(session, "site", world.one, {"name": "Hill", "access_notes": "Gate 8"}).id
        gone = propose_retirement(session, "site", world.site, 1, "torn down").id
    with world.database.session(world.mia) as session:
        assert session.get_one(Proposal, made).field_classes == ["public", "sensitive"]
        hill = apply_proposal(session, made)
        assert read_record(session, "site", hill.record_id).title == "Hill"
        assert session.get_one(Proposal, made).record_id == hill.record_id
        assert apply_proposal(session, gone).version == 2
    assert site(world).retired


def test_a_proposal_is_declined_with_a_word_or_withdrawn_by_its_maker(world):
    declined, withdrawn = (propose(world, world.ed, {"address": address}) for address in ("2", "3"))
    with world.database.session(world.eve) as session:
        # A colleague sees it, and neither decides nor withdraws it.
        assert count_waiting(session) == 2
        for act in (
            lambda: withdraw_proposal(session, withdrawn), lambda: decline_proposal(session, declined, "no"),
        ):  # fmt: skip
            with pytest.raises(NotWritable):
                act()
    with world.database.session(world.mia) as session:
        with pytest.raises(CasmError, match="not said why"):
            decline_proposal(session, declined, "  ")
        decline_proposal(session, declined, "wrong tower")
    with world.database.session(world.ed) as session:
        withdraw_proposal(session, withdrawn)
        assert read_proposal(session, declined).line.proposal.word == "wrong tower"
        assert list_proposals(session).counts == {"declined": 1, "withdrawn": 1}
    assert words(world, world.ed) == ["Mia declined what you proposed: Tower"]


def test_a_proposal_is_as_closed_as_what_it_holds(world):
    about_contact = propose(world, world.ed, {"phone": "555-0199"}, name="contact", record_id=world.contact)
    about_site = propose(world, world.ed, {"address": "2 Ridge"})
    for viewer, seen in (
        (world.mia, {about_contact, about_site}), (world.eve, {about_contact, about_site}), (world.cy, {about_site}),
        (world.ray, set()), (world.zoe, set()), (world.pam, set()),
    ):  # fmt: skip
        with world.database.session(viewer) as session:
            assert {line.proposal.id for line in list_proposals(session).lines} == seen, viewer.actor
            # Past the application's wall: the database says the same alone.
            assert set(session.scalars(text("SELECT id FROM casm.proposal"))) == seen, viewer.actor
            for proposal_id in {about_contact, about_site} - seen | {uuid.uuid4()}:
                with pytest.raises(RecordMissing):
                    read_proposal(session, proposal_id)
                with pytest.raises(RecordMissing):
                    apply_proposal(session, proposal_id)


def test_the_database_alone_holds_an_editor_to_proposing(world):
    made = propose(world, world.ed, {"address": "2 Ridge"})
    for viewer in (world.ed, world.eve, world.cy, world.ray, world.zoe):
        with world.database.session(viewer) as session:
            done = session.execute(text("UPDATE casm.site SET address = 'mine' WHERE name = 'Tower'"))
            assert done.rowcount == 0
    decide = "UPDATE casm.proposal SET state = '{}', decided_by = casm_sec.actor(), decided_at = now(){} WHERE id = :id"
    for viewer, state, more in (
        (world.ed, "applied", ", applied_version = 2"), (world.eve, "declined", ""), (world.eve, "withdrawn", ""),
        (world.ray, "declined", ""), (world.zoe, "declined", ""),
    ):  # fmt: skip
        with world.database.session(viewer) as session:
            try:
                assert session.execute(text(decide.format(state, more)), {"id": made}).rowcount == 0
            except DBAPIError:
                session.rollback()
    with world.database.session(world.ed) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(text(
            "INSERT INTO casm.proposal (id, owner_id, asset_class, field_classes, record_class, act, title, "
            "sensitivity, fields, proposed_by) SELECT gen_random_uuid(), owner_id, 'site', '{public}', 'site', "
            "'create', 'x', 'internal', '{}', 'Mia' FROM casm.site LIMIT 1"
        ))  # fmt: skip
    assert site(world).texts["address"] == "1 Ridge"


def test_a_rule_is_of_a_class_and_ends(world):
    with world.database.session(world.zoe) as session, pytest.raises(CasmError, match="do not manage"):
        set_rule(session, world.one, "site")
    with world.database.session(world.mia) as session:
        with pytest.raises(CasmError, match="so already"):
            set_rule(session, world.one, None)
        end_rule(session, world.rule)
        kept = set_rule(session, world.one, "agency").id
        assert [(line.owner_name, line.rule.asset_class) for line in list_rules(session)] == [("us.st.one", "agency")]
    with world.database.session(world.ed) as session:
        assert change_record(session, "site", world.site, 1, {"address": "2 Ridge"}).version == 2
        with pytest.raises(NotWritable):
            create_record(session, "agency", world.one, {"name": "Fire"})
    with world.database.session(world.mia) as session:
        end_rule(session, kept)
    with world.database.session(world.ed) as session:
        assert create_record(session, "agency", world.one, {"name": "Fire"}).version == 1


def test_a_grant_may_let_its_recipients_propose(world):
    grant = world.people.grant(world.one, ["site"], owner=world.two)
    with world.database.session(world.pam) as session:
        assert not read_record(session, "site", world.site).may_propose
        assert not read_standing(session).edits
        with pytest.raises(NotWritable):
            propose_change(session, "site", world.site, 1, {"address": "2 Ridge"})
    world.people.run("UPDATE casm.sharing_grant SET may_propose = true WHERE id = :id", id=grant)
    made = propose(world, world.pam, {"address": "2 Ridge"})
    with world.database.session(world.pam) as session:
        assert read_standing(session).edits
        assert [line.proposal.id for line in list_proposals(session).lines] == [made]
        # Sensitive fields are not granted, so there is none to propose.
        with pytest.raises(CasmError, match="Nothing differs"):
            propose_change(session, "site", world.site, 1, {"access_notes": "open"})
    world.people.revoke(grant)
    with world.database.session(world.pam) as session:
        assert list_proposals(session).lines == ()
        with pytest.raises(RecordMissing):
            withdraw_proposal(session, made)
    with world.database.session(world.mia) as session:
        apply_proposal(session, made)
    # Nobody is told of what they may not see any more.
    assert words(world, world.pam) == []
    with world.database.session(world.pam) as session:
        assert read_standing(session).unread == 0


def test_notices_are_counted_read_and_never_tell_of_what_is_closed(world):
    with world.database.session(world.mia) as session:
        change_record(session, "site", world.site, 1, {"address": "2 Ridge"})
        change_record(session, "site", world.site, 2, {"address": "3 Ridge"})
    with world.database.session(world.ray) as session:
        assert read_standing(session).unread == 1
        (notice,) = read_notices(session)
        assert (notice.words, notice.unread) == ("Mia changed a record that you had verified: Tower", True)
        assert notice.subject.id == world.site
    with world.database.session(world.zoe) as session:
        assert read_notices(session) == []
        assert mark_read(session) == 0
    world.people.run("UPDATE casm.membership SET ended_at = now(), ended_by = 'test' WHERE account_id = :a",
                     a=world.ray.principal_id)  # fmt: skip
    with world.database.session(world.ray) as session:
        assert (read_notices(session), read_standing(session).unread) == ([], 0)
        assert session.scalars(text("SELECT id FROM casm.notice")).all() == []
    world.people.member(world.ray, world.one, "agency_reader")
    with world.database.session(world.ray) as session:
        assert mark_read(session) == 1
        assert read_standing(session).unread == 0
        assert [one.unread for one in read_notices(session)] == [False]


def test_a_notice_of_what_was_rolled_back_is_not_told(world):
    with world.database.session(world.mia) as session:
        change_record(session, "site", world.site, 1, {"address": "2 Ridge"})
        session.rollback()
    assert words(world, world.ray) == []


def test_a_notice_has_one_audience_and_nobody_without_a_viewer_sends_one(world):
    with world.database.session(world.mia) as session:
        for wrong in ({}, {"to_managers": True, "to_verifier": "Ray"}):
            with pytest.raises(ValueError, match="one audience"):
                notify(session, "merged", About(world.one), **wrong)
    with world.database.engine.begin() as connection:
        connection.execute(
            text("SELECT casm_sec.notify('merged', :o, NULL, '{public}', NULL, NULL, '{}', 'managers', '', false)"),
            {"o": world.one},
        )
    assert words(world, world.mia) == []
