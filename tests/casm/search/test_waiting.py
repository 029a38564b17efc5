"""Large loads leave their words for later; whatever happens to a record meanwhile, its words come out right."""

import uuid

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from casm.search import examine
from casm.search.find import find_records
from casm.search.index import build_anew
from casm.search.waiting import take_up_all, take_up_own

MANY = 5001
ENTRIES = "SELECT shelf_id, field, record_id::text, word FROM casm_sec.search_entry ORDER BY 1, 2, 3, 4"
LOAD = text(
    "INSERT INTO channel (id, owner_id, name, rx_freq_hz) "
    "SELECT gen_random_uuid(), CAST(:owner AS uuid), :name || ' ' || n, 154265000 FROM generate_series(1, :many) n"
)


@pytest.fixture(scope="module")
def migrator(module_database_urls):
    engine = create_engine(module_database_urls.migrator, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def load(world, name: str, owner: uuid.UUID | None = None, many: int = MANY) -> None:
    """So many channels in one statement, as the first county's editor or an administrator writes them."""
    with world.database.session(world.admin) as session:
        session.execute(LOAD, {"owner": str(owner or world.one), "name": name, "many": many})


def entries(connection) -> list[tuple]:
    found = [tuple(row) for row in connection.execute(text(ENTRIES))]
    connection.commit()
    return found


def waiting(connection) -> int:
    count = connection.scalar(text("SELECT count(*) FROM casm_sec.search_waiting"))
    connection.commit()
    return count


def change(world, statement: str, **given) -> None:
    with world.database.session(world.admin) as session:
        session.execute(text(statement), given)


def found(world, written: str) -> int:
    with world.database.session(world.reader_one) as session:
        return find_records(session, written).count


def test_a_large_load_is_found_once_it_is_taken_up_and_comes_out_as_rebuilt(module_world, migrator):
    world = module_world
    load(world, "Kestrel")
    assert waiting(migrator) == MANY
    assert found(world, "kestrel") == 0
    # Meanwhile some are changed, one goes.
    change(world, "UPDATE channel SET name = 'Merlin 77' WHERE name = 'Kestrel 77'")
    change(world, "UPDATE channel SET alias = 'Hobby' WHERE name = 'Kestrel 78'")
    change(world, "UPDATE channel SET status = 'retired', retired_at = now() WHERE name = 'Kestrel 79'")
    migrator.execute(text("DELETE FROM casm.channel WHERE name = 'Kestrel 81'"))
    migrator.commit()
    assert found(world, "merlin 77") == 1
    with world.database.resumable_session(world.admin) as session:
        assert take_up_own(session) == MANY - 1
    assert waiting(migrator) == 0
    assert [found(world, name) for name in ("kestrel4999", "merlin 77", "hobby")] == [1, 1, 1]
    followed = entries(migrator)
    build_anew(migrator)
    assert entries(migrator) == followed


def test_a_load_that_is_taken_back_leaves_nothing(module_world, migrator):
    before = entries(migrator)
    with module_world.database.session(module_world.admin) as session:
        session.execute(LOAD, {"owner": str(module_world.one), "name": "Osprey", "many": MANY})
        session.rollback()
    assert waiting(migrator) == 0
    assert entries(migrator) == before


def test_who_changes_a_record_while_it_is_taken_up_waits_and_leaves_no_former_word(module_world, migrator):
    """Two sessions at one record: what the taker wrote from the state before is gone at the end."""
    world = module_world
    load(world, "Buzzard")
    migrator.execute(text("SET LOCAL ROLE casm_owner"))
    migrator.execute(text("SELECT casm_sec.take_up_waiting(NULL, :most)"), {"most": MANY})
    with world.database.session(world.admin) as session:
        session.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            session.execute(text("UPDATE channel SET name = 'Heron 5' WHERE name = 'Buzzard 5'"))
        session.rollback()
    migrator.commit()
    change(world, "UPDATE channel SET name = 'Heron 5' WHERE name = 'Buzzard 5'")
    followed = entries(migrator)
    words = {row[3] for row in followed}
    assert "heron5" in words
    assert "buzzard5" not in words
    build_anew(migrator)
    assert entries(migrator) == followed


def test_nobody_takes_up_or_hears_of_what_others_have_loaded(module_world, migrator):
    world = module_world
    load(world, "Falcon", world.two)
    with world.database.resumable_session(world.editor_one) as session:
        assert take_up_own(session) == 0
    assert waiting(migrator) == MANY
    (finding,) = examine.examine_search(migrator.connection.driver_connection)
    migrator.rollback()
    assert finding.mend == "casm search follow"
    assert take_up_all(migrator) == MANY
    (finding,) = examine.examine_search(migrator.connection.driver_connection)
    migrator.rollback()
    assert finding.sound


def test_a_change_writes_the_words_of_what_it_changes_alone(module_world, migrator):
    world = module_world
    load(world, "Plover", many=3)
    ids = "SELECT ctid::text, word FROM casm_sec.search_entry WHERE record_id = (SELECT id FROM casm.channel "
    ids += "WHERE name = 'Plover 2')"
    before = {tuple(row) for row in migrator.execute(text(ids))}
    migrator.commit()
    change(world, "UPDATE channel SET alias = 'Godwit' WHERE name = 'Plover 2'")
    after = {tuple(row) for row in migrator.execute(text(ids))}
    migrator.commit()
    assert before < after
    assert {word for _, word in after - before} == {"godwit"}
