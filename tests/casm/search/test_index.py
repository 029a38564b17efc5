"""The index follows the records, is rebuilt the same, and the doctor sees where it does not."""

import contextlib

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from casm.editing.change_record import change_record
from casm.search import examine
from casm.search.index import build_anew

ENTRIES = "SELECT shelf_id, field, record_id::text, word FROM casm_sec.search_entry ORDER BY 1, 2, 3, 4"


@pytest.fixture
def migrator(database_urls):
    engine = create_engine(database_urls.migrator, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def entries(connection) -> list[tuple]:
    found = [tuple(row) for row in connection.execute(text(ENTRIES))]
    connection.commit()
    return found


def test_rebuilding_gives_what_following_gave(world, migrator):
    with world.database.session(world.editor_one) as session:
        change_record(session, "channel", world.records["channel"], 1, {"name": "LAW 2", "tx_freq_hz": ""})
    followed = entries(migrator)
    assert len(followed) > 100
    assert build_anew(migrator) == len(followed)
    assert entries(migrator) == followed
    migrator.execute(text("DELETE FROM casm.contact"))
    migrator.commit()
    fewer = entries(migrator)
    assert 0 < len(fewer) < len(followed)
    build_anew(migrator)
    assert entries(migrator) == fewer


FAULTS = [
    ("DELETE FROM casm_sec.search_entry WHERE word = 'sheriff'", "2 words are missing and 0 left over"),
    ("UPDATE casm_sec.search_entry SET word = 'sherif' WHERE word = 'sheriff'", "2 words are missing and 2 left over"),
    ("ALTER TABLE casm.site DISABLE TRIGGER words_follow_update", "does not follow changes of site"),
    ("DROP INDEX casm_sec.ix_search_entry_shelf_id_word", "lacks the index ix_search_entry_shelf_id_word"),
    ("DELETE FROM casm_sec.search_field WHERE column_name = 'alias'", "other columns"),
]


@pytest.fixture(scope="module")
def administrator(module_world, module_database_urls):
    engine = create_engine(module_database_urls.migrator, poolclass=NullPool)
    with contextlib.closing(engine.raw_connection()) as pooled:
        yield pooled.driver_connection


def test_the_doctor_finds_a_sound_index_sound(administrator):
    (finding,) = examine.examine_search(administrator)
    administrator.rollback()
    assert finding.sound
    assert "compared" in finding.what


@pytest.mark.parametrize(("fault", "told"), FAULTS)
def test_the_doctor_finds_each_fault(administrator, fault, told):
    with administrator.cursor() as cursor:
        cursor.execute(fault)
    (finding,) = examine.examine_search(administrator)
    administrator.rollback()
    assert told in finding.problem
    assert finding.mend == "casm search rebuild"
