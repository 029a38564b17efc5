"""Roles given and ended: by whom, to whom, never above one's own, and not the last manager by oversight."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casm.db.tables import Site
from casm.errors import CasmError
from casm.sharing.asset_class import ASSET_CLASSES
from casm.sharing.members import end_membership, give_membership, list_memberships, read_people
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer


@pytest.fixture
def county(two_counties, people):
    """Ann manages county one; Ray lives there without a role."""
    two_counties.ann, two_counties.ray = (
        people.account("Ann", two_counties.one),
        people.account("Ray", two_counties.one),
    )
    two_counties.first = people.member(two_counties.ann, two_counties.one, "administrative_manager")
    return two_counties


def give(world, viewer, to, role="agency_reader", owner=None, fields=("public",), classes=None):
    """Give a role as somebody."""
    with world.database.session(viewer) as session:
        return give_membership(session, owner or world.one, to.principal_id, role, fields, classes)


def end(world, viewer, membership_id, **named) -> None:
    """End a role as somebody."""
    with world.database.session(viewer) as session:
        end_membership(session, membership_id, **named)


def sites(world, viewer) -> list[str]:
    """Names of the sites somebody sees."""
    with world.database.session(viewer) as session:
        return list(session.scalars(select(Site.name)))


def test_a_role_given_is_seen_by_and_over_when_ended(county, people):
    made = give(county, county.ann, county.ray)
    assert sites(county, county.ray) == ["Tower of us.st.one"]
    with county.database.session(county.ann) as session:
        listed = {row.membership.id: row for row in list_memberships(session)}
        assert listed[made.id].person.email == "ray@example.gov"
        assert listed[made.id].owner.code == "us.st.one"
    end(county, county.ann, made.id)
    end(county, county.ann, made.id)
    assert sites(county, county.ray) == []
    with county.database.session(county.ann) as session:
        assert made.id not in {row.membership.id for row in list_memberships(session)}
        assert made.id in {row.membership.id for row in list_memberships(session, ended=True)}


def test_only_managers_of_the_owner_give_and_end(county, people):
    bob = people.account("Bob", county.two)
    people.member(bob, county.two, "administrative_manager")
    people.member(county.ray, county.one, "agency_editor")
    for viewer in (bob, county.ray, Viewer.of_owner("reader", county.one)):
        with pytest.raises(CasmError, match="do not manage"):
            give(county, viewer, county.ray)
        with pytest.raises(CasmError, match="not yours to end") as foreign:
            end(county, viewer, county.first)
        with pytest.raises(CasmError) as missing:
            end(county, viewer, uuid.uuid4())
        assert str(foreign.value) == str(missing.value)
    with pytest.raises(CasmError, match="no such person") as foreign:
        give(county, county.ann, bob)
    with pytest.raises(CasmError) as missing:
        give(county, county.ann, Viewer.of_account("Nobody", uuid.uuid4(), county.one))
    assert str(foreign.value) == str(missing.value)
    with county.database.session(county.ann) as session:
        assert {person.name for person in read_people(session).values()} == {"Ann", "Ray"}


def test_nobody_gives_more_than_his_own(county, people):
    deputy = people.account("Deputy", county.one)
    people.member(deputy, county.one, "administrative_manager", ("public",), ["site", "station"])
    give(county, deputy, county.ray, classes=["site"])
    for fields, classes in (((*FIELD_CLASSES,), ["site"]), (("public",), ["channel"]), (("public",), None)):
        with pytest.raises(CasmError, match="cannot pass it on"):
            give(county, deputy, county.ray, "agency_editor", fields=fields, classes=classes)
    give(county, deputy, county.ray, "auditor")


def test_who_has_every_layer_one_by_one_passes_on_the_layers_but_not_every_one_to_come(county, people):
    deputy = people.account("Deputy", county.one)
    people.member(deputy, county.one, "administrative_manager", classes=list(ASSET_CLASSES))
    with pytest.raises(CasmError, match=r"layers one by one.*every layer") as refused:
        give(county, deputy, county.ray)
    assert refused.value.mend == "choose the layers one by one"
    assert people.rows("SELECT id FROM casm.membership WHERE account_id = :a", a=county.ray.principal_id) == []
    give(county, deputy, county.ray, classes=ASSET_CLASSES)


@pytest.mark.parametrize(
    ("role", "fields", "classes", "words"),
    [
        ("king", ("public",), None, "There is no role"),
        ("agency_reader", ("secret",), None, "There is no kind of details"),
        ("agency_reader", ("public",), [], "No layer is chosen"),
        ("partner", ("sensitive",), None, "cannot have these details"),
        ("national_viewer", ("public",), None, "belongs to the nation"),
    ],
)
def test_what_is_no_role_is_refused(county, role, fields, classes, words):
    with pytest.raises(CasmError, match=words) as refused:
        give(county, county.ann, county.ray, role, fields=fields, classes=classes)
    assert refused.value.mend


def test_a_role_is_held_once(county):
    give(county, county.ann, county.ray)
    with pytest.raises(CasmError, match="already has this role"):
        give(county, county.ann, county.ray)


def test_the_last_manager_goes_only_knowingly(county, people):
    with pytest.raises(CasmError, match="last administrative manager of us"):
        end(county, county.ann, county.first)
    second = give(county, county.ann, county.ray, "administrative_manager")
    people.run(
        "UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now() WHERE id = :id",
        id=county.ray.principal_id,
    )
    with pytest.raises(CasmError, match="last administrative manager"):
        end(county, county.ann, county.first)
    people.run(
        "UPDATE casm_gate.account SET state = 'active', deactivated_at = NULL WHERE id = :id",
        id=county.ray.principal_id,
    )
    end(county, county.ann, county.first)
    assert sites(county, county.ann) == []
    end(county, county.ray, second.id, knowingly=True)
    with pytest.raises(CasmError, match="do not manage"):
        give(county, county.ray, county.ann)


def test_the_local_administrator_gives_national_views(county, people):
    nora = people.account("Nora", NATION_OWNER_ID)
    give(county, Viewer.local_administrator(), nora, "national_viewer", NATION_OWNER_ID)
    assert len(sites(county, nora)) == 2


GIVE = (
    "INSERT INTO membership (id, owner_id, account_id, role, field_classes, asset_classes, granted_by) "
    "VALUES (gen_random_uuid(), :owner, :account, :role, CAST(:fields AS varchar[]), CAST(:classes AS varchar[]), 'x')"
)


def by_sql(world, viewer, statement, **values) -> None:
    """One statement as the program's own role, past every check in Python."""
    with world.database.session(viewer) as session:
        session.execute(text(statement), values)


@pytest.mark.parametrize(
    ("role", "fields", "classes"),
    [
        ("administrative_manager", ["public", "encryption"], None),
        ("agency_reader", ["public", "sensitive", "contact"], ["site"]),
        ("agency_editor", ["public"], None),
        ("agency_reader", ["public"], ["site", "channel"]),
        ("auditor", ["public", "sensitive"], ["site"]),
        ("national_viewer", ["public"], ["site"]),
    ],
)
def test_the_database_gives_no_role_above_the_givers_own(county, people, role, fields, classes):
    deputy = people.account("Deputy", county.one)
    people.member(deputy, county.one, "administrative_manager", ("public", "sensitive"), ["site", "station"])
    given = {"owner": county.one, "account": county.ray.principal_id, "role": role}
    with pytest.raises(DBAPIError) as refused:
        by_sql(county, deputy, GIVE, **given, fields=fields, classes=classes)
    assert refused.value.orig.pgcode == "42501"
    assert people.rows("SELECT id FROM casm.membership WHERE account_id = :a", a=county.ray.principal_id) == []


def test_the_database_lets_nobody_widen_move_or_revive_a_role_beyond_his_own(county, people):
    deputy = people.account("Deputy", county.one)
    own = people.member(deputy, county.one, "administrative_manager", ("public", "sensitive"), ["site", "station"])
    by_sql(
        county, deputy, GIVE, owner=county.one, account=county.ray.principal_id, role="agency_reader",
        fields=["public", "sensitive"], classes=["site"],
    )  # fmt: skip
    over = give(county, county.ann, county.ray, "agency_editor", fields=("public", "encryption"))
    end(county, county.ann, over.id)
    for change, row in (
        ("field_classes = '{public,sensitive,encryption}'", own),
        ("asset_classes = NULL", own),
        ("ended_at = NULL, ended_by = NULL", over.id),
    ):
        with pytest.raises(DBAPIError) as refused:
            by_sql(county, deputy, f"UPDATE membership SET {change} WHERE id = :id", id=row)
        assert refused.value.orig.pgcode == "42501"
    # What takes rights away is allowed.
    by_sql(county, deputy, "UPDATE membership SET ended_at = now(), ended_by = 'x' WHERE id = :id", id=county.first)
