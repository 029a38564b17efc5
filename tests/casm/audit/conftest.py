"""A superuser's own connection to the database of a test: who may do anything, as the worst tamperer."""

from collections.abc import Iterator

import psycopg2
import pytest

from casm.db.locate import DatabaseUrls


def connect(urls: DatabaseUrls):
    """A psycopg2 connection of the database's superuser."""
    return psycopg2.connect(urls.migrator.replace("postgresql+psycopg2", "postgresql", 1))


@pytest.fixture
def superuser(database_urls: DatabaseUrls) -> Iterator:
    """A superuser's connection to this test's database."""
    connection = connect(database_urls)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def module_superuser(module_database_urls: DatabaseUrls) -> Iterator:
    """A superuser's connection to the database the module shares."""
    connection = connect(module_database_urls)
    yield connection
    connection.close()
