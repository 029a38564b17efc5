"""What somebody may do at all: by the roles in force, asked anew each time."""

import uuid

import pytest

from casm.sharing.own_memberships import read_own_memberships
from casm.sharing.standing import Standing, read_standing
from casm.sharing.viewer import FIELD_CLASSES, Viewer

OF_ROLE = {
    "administrative_manager": Standing(edits=True, manages=True, audits=True),
    "agency_editor": Standing(edits=True),
    "agency_reader": Standing(),
    "partner": Standing(),
    "auditor": Standing(audits=True),
    "national_viewer": Standing(),
}


def standing(database, viewer):
    with database.session(viewer) as session:
        return read_standing(session)


def test_a_program_stands_as_its_roots_say(database):
    assert standing(database, Viewer.local_administrator()) == Standing(edits=True, manages=True, audits=True)
    assert standing(database, Viewer.of_owner("reader", uuid.uuid4())) == Standing()


@pytest.mark.parametrize("role", OF_ROLE)
def test_a_person_stands_as_the_roles_in_force_say(two_counties, people, role):
    database, viewer = two_counties.database, people.account("Ann", two_counties.one)
    assert standing(database, viewer) == Standing()
    fields = ("public",) if role in ("partner", "auditor", "national_viewer") else FIELD_CLASSES
    membership_id = people.member(viewer, two_counties.one, role, fields)
    assert standing(database, viewer) == OF_ROLE[role]
    with database.session(viewer) as session:
        assert [(m.role, owner.code) for m, owner in read_own_memberships(session)] == [(role, "us.st.one")]
    people.run("UPDATE casm.membership SET ended_at = now(), ended_by = 'test' WHERE id = :id", id=membership_id)
    assert standing(database, viewer) == Standing()
    with database.session(viewer) as session:
        assert read_own_memberships(session) == []


def test_a_deactivated_account_stands_for_nothing(two_counties, people):
    database, viewer = two_counties.database, people.account("Ann", two_counties.one)
    people.member(viewer, two_counties.one, "administrative_manager")
    people.run("UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now()")
    assert standing(database, viewer) == Standing()


def test_nobody_is_shown_anothers_memberships_as_his_own(two_counties, people):
    manager, reader = people.account("Ann", two_counties.one), people.account("Bob", two_counties.one)
    people.member(manager, two_counties.one, "administrative_manager")
    people.member(reader, two_counties.one, "agency_reader")
    with two_counties.database.session(manager) as session:
        assert [m.role for m, _ in read_own_memberships(session)] == ["administrative_manager"]
