"""The whole server for real: nginx before gunicorn, by TLS, attacked, killed, and read in its logs."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from web.front.layout import FrontLayout
from web.front.settings import FrontSettings, save_settings

WAIT_S = 60
SECRET = "s3cr3t-0f-4-sh4re-l1nk-th4t-0pens-a-map"
SLOW = 400


class Front:
    """A running server of a test: its address, its processes, and what it said."""

    def __init__(self, settings: FrontSettings, data_dir: Path) -> None:
        self.settings, self.layout = settings, FrontLayout(data_dir)
        save_settings(self.layout.settings, settings)
        self.environment = os.environ | {"CASM_DATA_DIR": str(data_dir)}
        self.environment.pop("CASM_DATABASE_URL", None)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "web.cli", "server", *words], env=self.environment, capture_output=True, text=True,
            timeout=WAIT_S * 2, check=False,
        )  # fmt: skip

    def start(self) -> None:
        done = self.command("start")
        assert done.returncode == 0, done.stderr

    def connect(self, **options) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.settings.port), timeout=WAIT_S)
        if not self.settings.does_tls:
            return plain
        context = ssl.create_default_context(cafile=str(self.layout.own_certificate))
        for name, value in options.items():
            setattr(context, name, value)
        return context.wrap_socket(plain, server_hostname=self.settings.host)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=WAIT_S)
        connection.sock = self.connect()
        name = self.settings.public_url.partition("://")[2]
        connection.request(method, path, body, {"Host": name, "Connection": "close", **headers})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    def children(self) -> dict[str, int]:
        """Process ids of the two programs."""
        held = json.loads(self.layout.lock.read_text())["pid"]
        found = {}
        for pid in Path(f"/proc/{held}/task/{held}/children").read_text().split():
            line = Path("/proc", pid, "cmdline").read_text()
            found["nginx" if "nginx" in line else "application"] = int(pid)
        return found

    def lines(self) -> list[dict]:
        """What the application wrote of its requests."""
        return [json.loads(line) for line in self.layout.log.read_text().splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def make_front(nginx, database_server, module_database_urls, ids, free_port):
    """Set up a server over the small inventory: `make_front(public_url, **settings)`."""
    made = []

    def front(public_url: str, **settings) -> Front:
        port = free_port()
        name = make_url(module_database_urls.app).database
        url = public_url.format(port=port)
        one = Front(
            FrontSettings(url, "127.0.0.1", port, database=name, **settings), database_server.layout.data_dir
        )
        made.append(one)
        return one

    yield front
    for one in made:
        one.command("stop")
    shutil.rmtree(FrontLayout(database_server.layout.data_dir).home, ignore_errors=True)


@pytest.fixture(scope="module")
def by_tls(make_front):
    """A running server with a certificate of its own making."""
    front = make_front("https://radio.example.test:{port}")
    front.start()
    return front


def test_pages_come_by_tls_with_every_header_once(by_tls):
    answer = by_tls.ask("GET", "/health")
    assert (answer.status, answer.text.strip()) == (200, '{"status":"ok"}')
    names = [name.lower() for name, _value in answer.getheaders()]
    assert sorted(set(names)) == sorted(names)
    assert answer.getheader("Strict-Transport-Security") == "max-age=31536000"
    assert answer.getheader("Server") == "nginx"
    (line,) = [line for line in by_tls.lines() if line["request"] == answer.getheader("X-Request-Id")]
    assert line["from"] == "127.0.0.1"


def test_styles_come_from_nginx_packed_and_with_the_same_promises(by_tls):
    from web.security import FIXED

    answer = by_tls.ask("HEAD", "/static/site.css", **{"Accept-Encoding": "gzip"})
    assert (answer.status, answer.getheader("Content-Encoding")) == (200, "gzip")
    assert answer.getheader("Content-Type") == "text/css; charset=utf-8"
    for name, value in FIXED.items():
        assert answer.getheader(name) == value
    assert answer.getheader("Cache-Control") == "public, max-age=3600"
    assert by_tls.ask("GET", "/assets/leaflet/leaflet.js").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/", "/static/../settings.json", "/static/%2e%2e/%2e%2e/settings.json", "/assets/leaflet/",
        "/_refused/429.html",
    ],
)  # fmt: skip
def test_nothing_but_the_listed_files_comes_from_nginx(by_tls, path):
    answer = by_tls.ask("GET", path)
    assert answer.status in (400, 403, 404)
    assert "nginx" not in answer.text
    assert "public_url" not in answer.text


def test_nothing_older_than_tls_1_2_is_spoken(by_tls):
    with by_tls.connect() as connection:
        assert connection.version() == "TLSv1.3"
    with by_tls.connect(maximum_version=ssl.TLSVersion.TLSv1_2) as connection:
        assert connection.version() == "TLSv1.2"
        assert "GCM" in connection.cipher()[0]


def test_an_old_browsers_tls_is_refused(by_tls):
    old = ["openssl", "s_client", "-connect", f"127.0.0.1:{by_tls.settings.port}", "-cipher", "ALL:@SECLEVEL=0"]
    for version, spoken in (("-tls1", False), ("-tls1_1", False), ("-tls1_2", True)):
        told = subprocess.run([*old, version], input="", capture_output=True, text=True, timeout=WAIT_S, check=False)
        assert ("BEGIN CERTIFICATE" in told.stdout) is spoken


@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1", "", "radio.example.test.attacker.example"])
def test_another_name_is_shown_nothing(by_tls, host):
    answer = by_tls.ask("GET", "/", Host=host)
    assert answer.status in (400, 421)
    assert "CASM" not in answer.text.replace("<title>CASM", "").replace("<h1>CASM", "")


def test_what_a_client_says_of_itself_is_not_believed(by_tls):
    answer = by_tls.ask(
        "GET", "/health", **{
            "X-Forwarded-For": "192.0.2.66", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "attacker.example",
            "Forwarded": "for=192.0.2.66;host=attacker.example", "X-Real-Ip": "192.0.2.66", "Script-Name": "/evil",
            "X-Request-Id": "ab" * 16,
        },
    )  # fmt: skip
    assert answer.status == 200
    assert answer.getheader("X-Request-Id") != "ab" * 16
    (line,) = [line for line in by_tls.lines() if line["request"] == answer.getheader("X-Request-Id")]
    assert line["from"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        (("POST", "/health", b"x" * (2 * 1024 * 1024 + 1)), 413, "larger than this address takes"),
        (("GET", f"/{SECRET}{'x' * 9000}"), 414, "longer than this server takes"),
    ],
)
def test_nginx_refuses_in_our_words(by_tls, request_, status, words):
    answer = by_tls.ask(*request_)
    assert answer.status == status
    assert words in answer.text
    assert f"<code>{answer.getheader('X-Request-Id')}</code>" in answer.text
    assert "nginx" not in answer.text
    assert answer.getheader("Content-Security-Policy").startswith("default-src 'none'")
    # nginx writes its line once the rest of what was sent has been read away.
    deadline = time.monotonic() + WAIT_S
    while answer.getheader("X-Request-Id") not in by_tls.layout.refused_log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_headers_that_are_too_large_are_refused_in_our_words(by_tls):
    answer = by_tls.ask("GET", "/health", **{f"X-{number}": "x" * 7000 for number in range(6)})
    assert answer.status == 431
    assert "more headers than this server takes" in answer.text


def test_no_secret_of_an_address_is_in_any_log(by_tls):
    for path in (
        f"/s/{SECRET}", f"/s/{SECRET}/", f"/api/explain?lat=1&token={SECRET}", f"/s/{SECRET}{'x' * 9000}", f"/{SECRET}",
        f"/s/%00{SECRET}",
    ):  # fmt: skip
        by_tls.ask("GET", path, Referer=f"https://radio.example.test/s/{SECRET}", Cookie=f"session={SECRET}")
    by_tls.ask("POST", f"/s/{SECRET}", f"password={SECRET}".encode())
    for log in (by_tls.layout.log, by_tls.layout.refused_log):
        assert SECRET not in log.read_text()
        assert log.stat().st_mode & 0o077 == 0


def slow_header(front: Front) -> socket.socket:
    """A connection that has begun a request and leaves it there."""
    connection = front.connect()
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: radio.example.test\r\nX-Slow: ")
    return connection


def slow_body(front: Front) -> socket.socket:
    """A connection that has announced a body and leaves it there."""
    connection = front.connect()
    connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: radio.example.test\r\nContent-Length: 100000\r\n\r\nx")
    return connection


@pytest.mark.parametrize("slowly", [slow_header, slow_body])
def test_slow_connections_keep_nobody_waiting_and_are_let_go(by_tls, slowly):
    with contextlib.ExitStack() as held:
        opened = [held.enter_context(slowly(by_tls)) for _ in range(SLOW)]
        assert [by_tls.ask("GET", "/health").status for _ in range(20)] == [200] * 20
        # A slow client is told so, or just let go.
        assert b"HTTP/1.1 200" not in opened[-1].recv(100_000)


def test_a_program_that_dies_is_started_again(by_tls):
    for name in ("application", "nginx"):
        before = by_tls.children()
        os.kill(before[name], signal.SIGKILL)
        deadline = time.monotonic() + WAIT_S
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException, KeyError):
                if by_tls.children()[name] != before[name] and by_tls.ask("GET", "/health").status == 200:
                    assert listening_parents(by_tls) == {by_tls.children()["nginx"]}
                    break
            assert time.monotonic() < deadline
            time.sleep(0.1)


def listening_parents(front: Front) -> set[int]:
    """Parents of every nginx worker that holds our port."""
    needle = f"{front.settings.port:04X}"
    inodes = {
        f"socket:[{line.split()[9]}]" for line in Path("/proc/net/tcp").read_text().splitlines()
        if line.split()[1].endswith(f":{needle}") and line.split()[3] == "0A"
    }  # fmt: skip
    found = set()
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            worker = process.name.isdigit() and "nginx: worker" in (process / "cmdline").read_text()
            if worker and inodes & {os.readlink(opened) for opened in (process / "fd").iterdir()}:
                found.add(int((process / "stat").read_text().rpartition(")")[2].split()[1]))
    return found


def test_a_killed_server_leaves_nothing_and_a_new_one_stops_cleanly(by_tls):
    again = by_tls.command("start")
    assert again.returncode == 1
    assert "already runs" in again.stderr
    certificate = by_tls.layout.own_certificate.read_bytes()
    wait_for_end(by_tls, lambda: os.kill(json.loads(by_tls.layout.lock.read_text())["pid"], signal.SIGKILL))
    assert by_tls.command("status").returncode == 3
    by_tls.start()
    assert by_tls.ask("GET", "/health").status == 200
    assert by_tls.layout.own_certificate.read_bytes() == certificate
    assert by_tls.command("reload").returncode == 0
    assert "application: ok" in by_tls.command("status").stdout
    wait_for_end(by_tls, lambda: by_tls.command("stop").check_returncode())
    assert by_tls.command("stop").stderr == "The server was not running.\n"


def wait_for_end(front: Front, end) -> None:
    """End a server and wait until both its programs are gone."""
    children = front.children().values()
    end()
    deadline = time.monotonic() + WAIT_S
    while [pid for pid in children if is_running(pid)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_behind_another_proxy_its_word_counts_and_plain_http_leads_to_tls(make_front, free_port):
    redirect_port = free_port()
    front = make_front("https://radio.example.test", trusted_proxies=("127.0.0.1",), redirect_port=redirect_port)
    front.start()

    def came_from(forwarded: str) -> str:
        answer = front.ask("GET", "/health", **{"X-Forwarded-For": forwarded})
        (line,) = [line for line in front.lines() if line["request"] == answer.getheader("X-Request-Id")]
        assert answer.getheader("Strict-Transport-Security")
        return line["from"]

    assert came_from("192.0.2.9") == "192.0.2.9"
    # Only the last hop was written by the proxy.
    assert came_from("127.0.0.1, 192.0.2.66, 192.0.2.9") == "192.0.2.9"
    connection = http.client.HTTPConnection("127.0.0.1", redirect_port, timeout=WAIT_S)
    connection.request("GET", "/table?x=1", headers={"Host": "attacker.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (308, "https://radio.example.test/table?x=1")
    assert front.command("stop").returncode == 0


def test_a_taken_port_is_said_in_words(make_front):
    front = make_front("https://radio.example.test:{port}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", front.settings.port))
        taken.listen()
        done = front.command("start")
    assert done.returncode == 1
    assert f"Port {front.settings.port} of 127.0.0.1 cannot be opened" in done.stderr
    assert front.command("status").returncode == 3
