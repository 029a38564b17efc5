"""The word for a reader's state: every change of a row or of what may be seen changes it, and nothing else does."""

import uuid

import psycopg2
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from casm.db.columns import Base
from casm.db.server import libpq_parameters
from casm.inventory.owner import Owner
from casm.inventory.site import Site
from casm.sharing.view_state import fold_changes, read_view_state
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

HERE = Viewer.local_administrator()
# Tables that no map or table of results reads, and a link's, whose scopes tell what it shows.
NOT_NOTED = {"audit_event", "history", "import_batch", "import_problem", "job", "share_link", "notice"}


@pytest.fixture
def county(database):
    """An owner."""
    with database.session(HERE) as session:
        owner = Owner(code="us.tn", kind="state", name="Tennessee", parent_id=NATION_OWNER_ID)
        session.add(owner)
        session.flush()
        return owner.id


@pytest.fixture
def connect(database_urls):
    """Open a connection of the schema's owner: `connect()`."""
    opened = []

    def connection():
        opened.append(psycopg2.connect(**libpq_parameters(make_url(database_urls.migrator))))
        return opened[-1]

    yield connection
    for one in opened:
        one.close()


def word(database, viewer=HERE) -> str:
    return read_view_state(database, viewer).word


def add_site(session, owner_id, name) -> Site:
    site = Site(owner_id=owner_id, name=name)
    session.add(site)
    session.flush()
    return site


def test_it_stays_the_same_while_nothing_changes(database, county):
    before = word(database)
    with database.session(HERE) as session:
        session.scalars(select(Site)).all()
    assert word(database) == before


def test_each_change_of_a_row_changes_it(database, county):
    seen = [word(database)]
    with database.session(HERE) as session:
        site_id = add_site(session, county, "Knob").id
    seen.append(word(database))
    with database.session(HERE) as session:
        session.get(Site, site_id).name = "Ridge"
    seen.append(word(database))
    with database.session(HERE) as session:
        session.get(Site, site_id).name = "Knob"
    seen.append(word(database))
    assert len(set(seen)) == 4


def test_what_is_rolled_back_changes_nothing(database, county):
    before = word(database)
    with pytest.raises(ZeroDivisionError), database.session(HERE) as session:
        add_site(session, county, "Knob").name = f"Knob {1 / 0}"
    assert word(database) == before


def test_a_long_transaction_is_noticed_when_it_ends_though_younger_ones_ended_before(database, connect, county):
    insert = "INSERT INTO casm.site_x VALUES (1)"
    setup = connect()
    with setup, setup.cursor() as cursor:
        cursor.execute("CREATE TABLE casm.site_x (x integer)")
        cursor.execute(
            "CREATE TRIGGER is_noted AFTER INSERT ON casm.site_x FOR EACH STATEMENT "
            "EXECUTE FUNCTION casm_sec.note_data_change()"
        )
    long = connect()
    long.cursor().execute(insert)
    seen = [word(database)]
    for _ in range(5):
        short = connect()
        short.cursor().execute(insert)
        short.commit()
        seen.append(word(database))
    assert fold_changes(database) >= 0
    assert word(database) == seen[-1]
    long.commit()
    seen.append(word(database))
    assert len(set(seen)) == 7


def test_folding_changes_nothing_and_is_lasting(database, connect, county):
    for number in range(5):
        with database.session(HERE) as session:
            add_site(session, county, f"Site {number}")
    before = word(database)
    assert fold_changes(database) >= 5
    assert word(database) == before
    assert fold_changes(database) == 1
    assert word(database) == before
    owner = connect()
    with owner, owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casm_sec.data_change")
        assert cursor.fetchone() == (1,)
    with database.session(HERE) as session:
        add_site(session, county, "One more")
    assert word(database) != before


def test_a_transaction_number_of_another_server_hides_no_change(database, connect, county):
    other = connect()
    with other, other.cursor() as cursor:
        # As after a restore: numbers still to come are in the table already.
        cursor.execute(
            "INSERT INTO casm_sec.data_change SELECT (n::text)::xid8 FROM generate_series("
            "pg_current_xact_id()::text::bigint, pg_current_xact_id()::text::bigint + 50) n ON CONFLICT DO NOTHING"
        )
    before = word(database)
    with database.session(HERE) as session:
        add_site(session, county, "Knob")
    assert word(database) != before


def test_readers_who_may_see_different_things_have_different_words(database, county):
    viewers = [
        HERE,
        Viewer.of_owner("a", county),
        Viewer.of_owner("b", NATION_OWNER_ID),
        Viewer("c", county, frozenset({county})),
        Viewer("d", county, frozenset({county}), field_classes=frozenset({"public", "sensitive"})),
        Viewer.of_account("nobody", uuid.uuid4(), county),
    ]
    assert len({word(database, viewer) for viewer in viewers}) == len(viewers)


def test_the_same_sight_under_another_name_has_the_same_word(database, county):
    assert word(database, Viewer.of_owner("a", county)) == word(database, Viewer.of_owner("b", county))


def test_a_forged_context_has_the_word_of_nobody(database, county):
    with database.engine.begin() as connection:
        connection.execute(text("SELECT set_config('casm.context', 'v1|9999999999|x|x', true)"))
        forged = connection.execute(text("SELECT casm_sec.view_state()")).scalar_one()
    assert forged != word(database)
    nobody = Viewer("nobody", uuid.uuid4())
    assert forged == word(database, nobody)


def test_every_table_that_a_page_may_show_notes_its_changes(connect):
    owner = connect()
    with owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgtype FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid "
            "AND t.tgname = 'is_noted' AND t.tgenabled = 'O' "
            "WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind IN ('r', 'p')"
        )
        found = dict(cursor.fetchall())
    assert {name for name, kind in found.items() if kind is None} == NOT_NOTED
    # pg_trigger.tgtype: after each statement (0), on insert (4), delete (8), update (16), truncate (32).
    assert {kind for kind in found.values() if kind is not None} == {4 + 8 + 16 + 32}
    assert {table.name for table in Base.metadata.sorted_tables if table.schema == "casm"} <= set(found)


def test_the_program_can_neither_read_nor_write_the_count(database):
    for statement in ("SELECT * FROM casm_sec.data_change", "DELETE FROM casm_sec.data_change"):
        with pytest.raises(Exception, match="permission denied"), database.engine.begin() as connection:
            connection.execute(text(statement))
