"""A server lost under a running program: said clearly, and brought back for a program that asks for it."""

import os
import signal
import time

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from casm.db import cluster as clusters
from casm.db import processes
from casm.db.engine import make_engine
from casm.db.layout import Layout
from casm.db.locate import embedded_urls, locate_database
from casm.db.revive import revive_server
from casm.db.trouble import explain


@pytest.fixture
def engine(settings):
    """An engine on database postgres of this test's own server, whose program revives it."""
    made = make_engine(embedded_urls(clusters.ensure_running(settings), "postgres").app)
    revive_server(made, settings)
    yield made
    made.dispose()


def ask(engine) -> int:
    """Ask the database something."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT 6 * 7")).scalar_one()


def test_killed_server_comes_back_for_the_next_question(settings, engine):
    assert ask(engine) == 42
    killed = clusters.running_pid(settings)
    os.kill(killed, signal.SIGKILL)
    # A child may answer for a moment after its server is gone.
    while processes.processes_in(Layout(settings.data_dir).data):
        time.sleep(0.01)
    assert ask(engine) == 42
    assert clusters.running_pid(settings) not in (None, killed)


def test_server_stopped_on_purpose_stays_stopped(settings, engine):
    assert ask(engine) == 42
    clusters.stop(settings)
    with pytest.raises(OperationalError) as raised:
        ask(engine)
    assert clusters.running_pid(settings) is None
    said = explain(raised.value, settings)
    assert "its server has stopped" in said.message
    assert "run the same command again" in said.mend


def test_lost_connection_is_explained(settings):
    connection = clusters.ensure_running(settings).connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        os.kill(cursor.fetchone()[0], signal.SIGTERM)
        with pytest.raises(psycopg2.Error) as raised:
            cursor.execute("SELECT pg_sleep(1)")
    said = explain(raised.value, settings)
    assert "connection to the database was lost" in said.message
    assert "still runs" in said.message


def test_faults_of_our_own_are_not_explained_away(settings, database_server):
    with pytest.raises(psycopg2.Error) as raised, database_server.connect() as connection:
        connection.cursor().execute("SELECT nothing_of_the_kind")
    assert explain(raised.value, settings) is None
    assert explain(ValueError("x"), settings) is None
    assert explain(OSError(2, "No such file"), settings) is None


def test_urls_hide_their_passwords(settings):
    urls = locate_database(settings)
    shown = f"{urls!r} {clusters.ensure_running(settings)!r} {settings!r}"
    kept = clusters.ensure_running(settings).passwords
    assert kept.admin not in shown
    assert kept.app not in shown
    assert kept.app in urls.app


def test_a_database_never_made_is_named_and_not_called_lost(settings):
    address = embedded_urls(clusters.ensure_running(settings), "never_made").app
    with pytest.raises(OperationalError) as caught:
        ask(make_engine(address))
    said = explain(caught.value, settings)
    assert (said.message, said.mend) == ("There is no database never_made yet.", "casm db start makes it")
