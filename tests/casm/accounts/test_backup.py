"""A backup brings the accounts back, out of the inventory's reach as before."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from casm.accounts.origin import Origin
from casm.accounts.sign_in import sign_in_with_password
from casm.db.backup import backup
from casm.db.locate import autocommit, urls_of
from casm.db.restore import restore
from casm.db.server import embedded_server
from casm.db.session import open_database
from casm.sharing.viewer import Viewer


@pytest.fixture
def restored(tree, database_server, module_database_urls, tmp_path):
    """A database restored from a backup of one with an account."""
    tree.person("reader@tn.example", tree.tennessee, "agency_reader")
    here = embedded_server(database_server, make_url(module_database_urls.migrator).database)
    manifest = backup(here, tmp_path / "accounts.backup.zip")
    assert manifest.rows["casm_gate.account"] == 1
    spare = replace(here, database="casm_spare_accounts")
    restore(spare, tmp_path / "accounts.backup.zip", replace=False)
    database = open_database(urls_of(spare))
    yield database
    database.close()
    with autocommit(spare.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("DROP DATABASE casm_spare_accounts WITH (FORCE)")


def test_accounts_come_back_and_stay_apart(restored):
    signed_in = sign_in_with_password(restored, "reader@tn.example", "walnut-lantern-57-brook", Origin("192.0.2.1"))
    assert signed_in.session.stage == "open"
    with restored.session(Viewer.local_administrator()) as session, pytest.raises(ProgrammingError, match="denied"):
        session.execute(text("SELECT * FROM casm_gate.account"))
