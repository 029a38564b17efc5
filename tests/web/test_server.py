"""`casm serve` for real: gunicorn in a process of its own, its port, its line, its end."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import pytest
from sqlalchemy.engine import make_url

from casm.config import Settings
from casm.db import cluster as clusters
from casm.db.layout import Layout
from casm.db.locate import locate_database
from casm.db.processes import processes_in
from casm.errors import CasmError
from web.server import address_of, open_port

WAIT_S = 30


@pytest.fixture
def start(database_server, module_database_urls, ids):
    """Start `casm serve` with options; yields a function that returns the process and its address."""
    begun = []

    def started(*options: str):
        name = make_url(module_database_urls.app).database
        environment = os.environ | {"CASM_DATA_DIR": str(database_server.layout.data_dir)}
        environment.pop("CASM_DATABASE_URL", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "serve", "--local", "--database", name, *options],
            env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        begun.append(process)
        for line in process.stderr:
            if found := re.match(r"Serving (\S+) ", line):
                return process, found[1]
        pytest.fail(f"the server ended with {process.wait(WAIT_S)} and no address")

    yield started
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(WAIT_S)
        process.stderr.close()


def fetch(address: str, **headers: str) -> tuple[int, bytes]:
    with urlopen(Request(address, headers=headers), timeout=WAIT_S) as response:
        return response.status, response.read()


@pytest.mark.parametrize("end", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.full)])
def test_it_serves_and_ends_cleanly(start, end):
    process, address = start("--port", "0")
    status, page = fetch(address)
    assert status == 200
    assert b"Campbell County Sheriff" in page
    assert fetch(address + "health")[0] == 200
    # A terminal's Ctrl-C reaches every process of the group.
    os.killpg(process.pid, end)
    assert process.wait(WAIT_S) == 0
    rest = process.stderr.read()
    assert rest.count("The server has stopped.") == 1
    assert "Traceback" not in rest
    with pytest.raises(OSError, match="refused"):
        fetch(address)


def test_a_killed_database_server_comes_back_for_the_next_page(make_server_folder):
    settings = Settings(data_dir=make_server_folder())
    locate_database(settings)
    served = None
    try:
        environment = os.environ | {"CASM_DATA_DIR": str(settings.data_dir)}
        environment.pop("CASM_DATABASE_URL", None)
        served = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "serve", "--local", "--port", "0"],
            env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        address = next(found[1] for line in served.stderr if (found := re.match(r"Serving (\S+) ", line)))
        assert fetch(address)[0] == 200
        killed = clusters.running_pid(settings)
        os.kill(killed, signal.SIGKILL)
        # A child may answer for a moment after its server is gone.
        while processes_in(Layout(settings.data_dir).data):
            time.sleep(0.01)
        assert fetch(address)[0] == 200
        assert clusters.running_pid(settings) not in (None, killed)
    finally:
        if served is not None:
            os.killpg(served.pid, signal.SIGKILL)
            served.wait(WAIT_S)
            served.stderr.close()
        clusters.stop(settings)
        shutil.rmtree(settings.data_dir, ignore_errors=True)


def test_a_taken_port_gives_the_next(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        _process, address = start("--port", str(port))
    found = int(address.rstrip("/").rpartition(":")[2])
    assert port < found <= port + 50
    assert fetch(address + "health")[0] == 200


def test_no_control_socket_is_left_about(start, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    _process, address = start("--port", "0")
    assert fetch(address + "health")[0] == 200
    assert not [entry.name for entry in tmp_path.rglob("*") if "gunicorn" in entry.name]


def test_addresses_are_ones_a_browser_takes():
    with open_port("127.0.0.1", 0) as opened:
        port = opened.getsockname()[1]
        assert address_of("127.0.0.1", opened) == f"http://127.0.0.1:{port}/"
        assert address_of("0.0.0.0", opened) == f"http://127.0.0.1:{port}/"
        assert address_of("::1", opened) == f"http://[::1]:{port}/"


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 8080), ("127.0.0.1", 70000)])
def test_a_port_that_cannot_be_opened_is_said_in_words(host, port):
    # 192.0.2.1 is TEST-NET-1 (RFC 5737): no machine has it.
    with pytest.raises(CasmError, match=str(port)):
        open_port(host, port)


def test_it_says_how_the_first_account_is_made_and_shows_nothing_before(start_closed):
    process, address, said = start_closed
    assert "casm account first-administrator" in said
    with urlopen(Request(address), timeout=WAIT_S) as response:
        assert response.url == f"{address}sign-in"
    assert process.poll() is None


@pytest.fixture
def start_closed(database_server, module_database_urls, ids):
    """`casm serve` as people with accounts meet it: the process, its address and what it said."""
    environment = os.environ | {"CASM_DATA_DIR": str(database_server.layout.data_dir)}
    environment.pop("CASM_DATABASE_URL", None)
    name = make_url(module_database_urls.app).database
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve", "--database", name, "--port", "0"],
        env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    said = ""
    for line in process.stderr:
        said += line
        if found := re.match(r"Serving (\S+) ", line):
            yield process, found[1], said
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(WAIT_S)
    process.stderr.close()
