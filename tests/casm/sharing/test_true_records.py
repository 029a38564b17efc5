"""What the database records of itself: versions, history, who did it, and the owner tree's closure."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from casm.db.tables import History, ImportBatch, Job, Owner, Site
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID, Viewer


def test_history_cannot_be_written_by_hand(two_counties):
    for statement in (
        "INSERT INTO history (owner_id, table_name, row_id, row_version, field_class, actor, before) "
        "VALUES (:one, 'site', gen_random_uuid(), 1, 'public', 'somebody else', '{}')",
        "UPDATE history SET actor = 'somebody else'",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            two_counties.database.session(two_counties.viewer_one) as session,
        ):
            session.execute(text(statement), {"one": two_counties.one} if ":one" in statement else {})


def test_history_names_the_sealed_actor_whatever_the_session_says(two_counties):
    with two_counties.database.session(two_counties.viewer_one) as session:
        session.execute(text("SELECT set_config('application_name', 'two', true)"))
        session.execute(text("UPDATE site SET remarks = 'x', version = 1, created_at = 'epoch', updated_at = 'epoch'"))
    with two_counties.database.session(two_counties.viewer_one) as session:
        site = session.scalars(select(Site)).one()
        assert session.scalars(select(History)).one().actor == "one"
        assert site.version == 2
        assert min(site.created_at, site.updated_at).year > 2000


def test_a_change_by_a_migration_is_in_the_history_too(two_counties, database_urls):
    engine = create_engine(database_urls.migrator, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE casm.site SET remarks = 'moved by a migration'"))
    with two_counties.database.session(Viewer.local_administrator()) as session:
        assert len(session.scalars(select(History)).all()) == 2


def test_an_upsert_steps_the_version_and_leaves_history(two_counties):
    with two_counties.database.session(two_counties.viewer_one) as session:
        session.execute(
            text(
                "INSERT INTO site (id, owner_id, name, version) SELECT id, owner_id, name, 77 FROM site "
                "ON CONFLICT (id) DO UPDATE SET remarks = 'again', version = EXCLUDED.version"
            )
        )
        assert session.scalars(select(Site)).one().version == 2
        assert session.scalars(select(History)).one().row_version == 1


def test_a_retired_row_can_come_back_and_both_steps_are_kept(two_counties):
    for status, retired_at in (("retired", datetime.now(UTC)), ("active", None)):
        with two_counties.database.session(two_counties.viewer_one) as session:
            site = session.scalars(select(Site)).one()
            site.status, site.retired_at = status, retired_at
    with two_counties.database.session(two_counties.viewer_one) as session:
        assert session.scalars(select(Site)).one().version == 3
        before = session.scalars(select(History).order_by(History.row_version)).all()
        assert [entry.before["status"] for entry in before] == ["active", "retired"]


def test_nobody_works_in_anothers_name(two_counties):
    forged = (
        Job(owner_id=two_counties.one, kind="k", state="running", requested_by="two"),
        ImportBatch(
            owner_id=two_counties.one, file_name="f", file_sha256="0" * 64, reader="csv", state="running", actor="two"
        ),
    )
    for row in forged:
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            two_counties.database.session(two_counties.viewer_one) as session,
        ):
            session.add(row)
    with two_counties.database.session(two_counties.viewer_one) as session:
        session.add(Job(owner_id=two_counties.one, kind="k", state="running", requested_by="one"))
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        two_counties.database.session(two_counties.viewer_one) as session,
    ):
        session.execute(text("UPDATE job SET requested_by = 'two'"))


def closure(database_urls) -> set[tuple[uuid.UUID, uuid.UUID]]:
    engine = create_engine(database_urls.migrator, poolclass=NullPool)
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(text("SELECT * FROM casm.owner_closure"))}


def test_the_closure_is_the_trees_after_nested_inserts(database, database_urls):
    parents: dict[uuid.UUID, uuid.UUID | None] = {NATION_OWNER_ID: None, PUBLIC_OWNER_ID: None}
    codes = {NATION_OWNER_ID: "us"}
    with database.session(Viewer.local_administrator()) as session:
        for step in range(12):
            above = [one for one in parents if one != PUBLIC_OWNER_ID][step // 2]
            made = uuid.uuid4()
            parents[made], codes[made] = above, f"{codes[above]}.n{step}"
            session.add(Owner(id=made, parent_id=above, kind="region", name=codes[made], code=codes[made]))
            session.flush()
    expected = set()
    for node in parents:
        above: uuid.UUID | None = node
        while above is not None:
            expected.add((above, node))
            above = parents[above]
    assert closure(database_urls) == expected


def test_parent_and_child_in_one_statement_are_whole_or_refused(database_urls):
    """The order of rows in one statement must not leave a child out of its ancestors' subtrees."""
    engine = create_engine(database_urls.migrator, poolclass=NullPool)
    parent, child = uuid.uuid4(), uuid.uuid4()
    values = {"parent": f"('{parent}', '{NATION_OWNER_ID}', 'state', 'P', 'us.p')",
              "child": f"('{child}', '{parent}', 'county', 'C', 'us.p.c')"}  # fmt: skip
    insert = "INSERT INTO casm.owner (id, parent_id, kind, name, code) VALUES {}, {}"
    with pytest.raises(Exception, match="an owner's code"), engine.begin() as connection:
        connection.execute(text(insert.format(values["child"], values["parent"])))
    with engine.begin() as connection:
        connection.execute(text(insert.format(values["parent"], values["child"])))
    assert {(NATION_OWNER_ID, child), (parent, child), (child, child)} <= closure(database_urls)
