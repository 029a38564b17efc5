"""CASM_DATABASE_URL: the same code on an ordinary PostgreSQL over TCP, with and without a superuser's rights."""

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from casm.config import Settings
from casm.db import binaries
from casm.db.backup import backup
from casm.db.doctor import examine
from casm.db.locate import autocommit, locate_database, locate_server
from casm.db.restore import restore
from casm.db.session import open_database
from casm.errors import CasmError

SECRET = "s3cret-Of-The-Boss"


@dataclass(frozen=True)
class PlainServer:
    """A PostgreSQL server as anyone might have it: TCP, a superuser `boss`, password logins."""

    port: int

    def url(self, user: str = "boss", password: str = SECRET, database: str = "postgres") -> str:
        """Its address."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def settings(self, tmp_path: Path, **parts: str) -> Settings:
        """Settings that point at it."""
        return Settings(tmp_path / "unused", self.url(**parts))

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser."""
        with autocommit(psycopg2.connect(self.url(database=database))) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@contextlib.contextmanager
def plain_server(folder: Path, postgres: str) -> Iterator[PlainServer]:
    """Make and run a plain server in the folder with the given server program."""
    account = binaries.account_for(folder)
    own, data = folder / "plain", folder / "plain" / "data"
    own.mkdir()
    (own / "password").write_text(SECRET)
    if account.is_other:
        shutil.chown(own, account.uid, account.gid)
        shutil.chown(own / "password", account.uid, account.gid)
    initdb = [binaries.choose_for_new().program("initdb"), "-D", str(data), "-U", "boss"]
    made = binaries.run(account, [*initdb, f"--pwfile={own / 'password'}", "--auth=scram-sha-256", "--locale=C.UTF-8"])
    assert made.returncode == 0, made.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (own / "log").open("w") as log:
        process = subprocess.Popen(
            [postgres, "-D", str(data), "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}",
             "-c", "unix_socket_directories="],
            stdout=log, stderr=log, cwd="/", **account.popen_options(),
        )  # fmt: skip
    server = PlainServer(port)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                psycopg2.connect(server.url()).close()
                break
            except psycopg2.OperationalError:
                assert process.poll() is None, (own / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def other(make_server_folder) -> Iterator[PlainServer]:
    """A plain server with PostGIS available."""
    folder = make_server_folder()
    with plain_server(folder, binaries.choose_for_new().program("postgres")) as server:
        yield server
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def without_postgis(make_server_folder) -> Iterator[PlainServer]:
    """A plain server that was installed without PostGIS: the same program with a share folder that lacks it."""
    folder = make_server_folder()
    real = binaries.choose_for_new()
    library, share = real.folder.parent, binaries.DEBIAN_SHARE / str(real.major)
    # PostgreSQL looks for its files relative to its own program, so a copy in a like tree uses that tree.
    copy = folder / library.relative_to("/")
    (copy / "bin").mkdir(parents=True)
    shutil.copy(library / "bin" / "postgres", copy / "bin" / "postgres")
    (copy / "lib").symlink_to(library / "lib")
    own_share = folder / share.relative_to("/")
    (own_share / "extension").mkdir(parents=True)
    for file in share.iterdir():
        if file.name != "extension":
            (own_share / file.name).symlink_to(file)
    for file in (share / "extension").iterdir():
        if not file.name.startswith("postgis"):
            (own_share / "extension" / file.name).symlink_to(file)
    with plain_server(folder, str(copy / "bin" / "postgres")) as server:
        yield server
    shutil.rmtree(folder)


def test_superuser_gets_a_database_that_the_doctor_finds_well(other, tmp_path):
    settings = other.settings(tmp_path, database="assets")
    urls = locate_database(settings)
    assert urls.embedded is False
    assert not settings.data_dir.exists(), "no embedded database is to be made"
    database = open_database(urls)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar_one() == "casm_app"
    database.close()
    assert problems(settings) == ["data checksums"], "a plain server has none"
    assert locate_database(settings) == urls


def test_app_address_works_as_the_app_for_any_client(other, tmp_path):
    server = locate_server(other.settings(tmp_path, database="assets"))
    locate_database(other.settings(tmp_path, database="assets"))
    with contextlib.closing(server.connect_app()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("casm_app",)


def test_ordinary_owner_works_once_an_administrator_has_done_what_was_said(other, tmp_path):
    other.run("DROP ROLE IF EXISTS owner_of_one", "CREATE ROLE owner_of_one LOGIN PASSWORD 'ordinary'")
    other.run("CREATE DATABASE one OWNER owner_of_one")
    settings = other.settings(tmp_path, user="owner_of_one", password="ordinary", database="one")
    said = refusal(settings)
    assert "may not add it" in said.message
    assert "in database one: CREATE EXTENSION postgis" in said.mend
    other.run("CREATE EXTENSION postgis", database="one")
    follow_advice(other, settings)
    database = open_database(locate_database(settings))
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar_one() == "casm_app"
    database.close()
    assert problems(settings) == ["data checksums", "spatial searches"], "only the index is slower"

    file = tmp_path / "one.backup.zip"
    manifest = backup(locate_server(settings), file)
    assert manifest.rows["casm.owner"] == 2, "row security must not thin the backup out"
    with pytest.raises(CasmError, match="may not make a new database with PostGIS"):
        restore(locate_server(settings), file, replace=True)


def problems(settings: Settings) -> list[str]:
    """What the doctor finds wrong."""
    return [finding.what for finding in examine(settings) if finding.problem]


def follow_advice(other: PlainServer, settings: Settings) -> None:
    """Do as administrator what each refusal says, until there is none."""
    given: list[str] = []
    while (error := refusal_or_none(settings)) is not None:
        advice = error.mend.partition(" run: ")[2]
        assert advice, error
        assert advice not in given, "the same advice twice"
        given.append(advice)
        other.run(advice)


def refusal_or_none(settings: Settings) -> CasmError | None:
    """How locating the database is refused; None when it is not."""
    try:
        locate_database(settings)
    except CasmError as error:
        return error
    return None


def test_missing_database_is_said_to_who_may_not_make_it(other, tmp_path):
    other.run("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    said = refusal(other.settings(tmp_path, user="guest", password="guest", database="nowhere"))
    assert "no database 'nowhere'" in said.message
    assert "CREATE DATABASE nowhere" in said.mend


def test_login_that_owns_nothing_is_told_whose_the_database_must_be(other, tmp_path):
    other.run("DROP ROLE IF EXISTS lodger", "CREATE ROLE lodger LOGIN PASSWORD 'lodger'", "CREATE DATABASE foreign_one")
    other.run("CREATE EXTENSION postgis", database="foreign_one")
    settings = other.settings(tmp_path, user="lodger", password="lodger", database="foreign_one")
    follow_advice(other, settings)
    assert refusal_or_none(settings) is None


def test_wrong_password_is_never_shown(other, tmp_path):
    said = refusal(other.settings(tmp_path, password="Wrong-Pass-7"))
    assert "does not answer" in said.message
    assert "Wrong-Pass-7" not in str(said)


def test_server_that_is_not_there(tmp_path):
    said = refusal(Settings(tmp_path, f"postgresql://boss:{SECRET}@127.0.0.1:1/casm"))
    assert "does not answer" in said.message
    assert "CASM_DATABASE_URL" in said.mend
    assert SECRET not in str(said)


@pytest.mark.parametrize("url", ["not an address", "mysql://a:Secret-9@b/c", "postgresql://a:Secret-9@b:port/c"])
def test_address_that_is_none_is_not_repeated(tmp_path, url):
    said = refusal(Settings(tmp_path, url))
    assert "is not the address of a PostgreSQL database" in said.message
    assert "Secret-9" not in str(said)


def test_missing_postgis_is_said_with_its_package(without_postgis, tmp_path):
    said = refusal(without_postgis.settings(tmp_path))
    assert said.message == "The database server has no PostGIS."
    assert "apt-get install postgresql-" in said.mend
    assert "-postgis-3" in said.mend


def test_setting_that_may_lose_confirmed_work_is_refused(other, tmp_path):
    other.run("CREATE DATABASE unsafe", "ALTER DATABASE unsafe SET synchronous_commit = off")
    said = refusal(other.settings(tmp_path, database="unsafe"))
    assert "synchronous_commit is off" in said.message


def test_its_server_is_not_ours_to_start_or_stop(other, casm):
    for verb in ("start", "stop"):
        ended = casm("db", verb, CASM_DATABASE_URL=other.url())
        assert ended.returncode == 1
        assert f"not casm's to {verb}" in ended.stderr
    shown = casm("db", "status", CASM_DATABASE_URL=other.url(database="postgres"))
    assert shown.returncode == 0, shown.stderr
    assert SECRET not in shown.stdout + shown.stderr


def refusal(settings: Settings) -> CasmError:
    """How locating the database is refused."""
    error = refusal_or_none(settings)
    assert error is not None
    return error
