"""The server under slow connections and under many readers, against bare gunicorn as the peer.

Sets up what `make server` runs (nginx by TLS before the application) and `casm serve` alone, both over the demo region,
with 50 people signed in. Then: 400 slow connections of three kinds (slowhttptest) while ten people click on; and 200
connections that read (wrk): half a second to one and a half for each page before the next, and for comparison one page
after another without any look, where the figure says nothing but how many pages a second this machine makes. Fails when
the server misses what it promises: others' p95 at most 500 ms under slow connections, p95 at most 800 ms and no error
with 200 readers who look at what they read.
"""

import argparse
import http.client
import itertools
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func

from casm.accounts.account import Account
from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.session import begin_session
from casm.config import Settings
from casm.db.locate import locate_database
from casm.db.session import open_database
from casm.demo.region import DATABASE
from casm.sharing.members import give_membership
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer
from web.front.layout import FrontLayout
from web.front.settings import FrontSettings, save_settings

ROOT = Path(__file__).resolve().parents[1]
PEOPLE, SESSIONS_EACH = 50, 4
SLOW_CONNECTIONS, SLOW_S = 400, 25
READERS, READ_S, LOOK_MS = 200, 20, 1000
CLICKERS, CLICK_EVERY_S = 10, 0.5
GIVE_UP_S = 10.0
OTHERS_P95_MS, READERS_P95_MS = 500.0, 800.0
PAGES = {"map": "/", "tables": "/table", "one place": "/api/explain?lat=36.38&lon=-84.12"}
SLOW_KINDS = {
    "slow headers": ["-H"],
    "slow bodies": ["-B"],
    "slow reading": ["-X", "-w", "10", "-y", "20", "-z", "5", "-k", "3"],
}
WRK = """
local cookies = {}
for line in io.lines(os.getenv("BENCH_COOKIES")) do cookies[#cookies + 1] = line end
local next = 0
function request()
    next = next % #cookies + 1
    return wrk.format("GET", nil, {["Cookie"] = cookies[next], ["Host"] = os.getenv("BENCH_HOST")})
end
function delay()
    return tonumber(os.getenv("BENCH_LOOK_MS")) * (0.5 + math.random())
end
function done(summary, latency)
    local e = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d %d\\n", latency:percentile(50), latency:percentile(95),
        latency:percentile(99), summary.requests, summary.duration,
        e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Target:
    """A running server: its address, and the cookies of the people signed in."""

    name: str
    scheme: str
    port: int
    cookies: tuple[str, ...]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def get(self, path: str, cookie: str) -> int:
        """Fetch a page on a connection of its own; the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=GIVE_UP_S)
        try:
            connection.sock = socket.create_connection(("127.0.0.1", self.port), timeout=GIVE_UP_S)
            if self.scheme == "https":
                connection.sock = UNCHECKED.wrap_socket(connection.sock)
            connection.request("GET", path, headers={"Cookie": cookie, "Host": self.host})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


# The certificate was made for this run by the server itself.
UNCHECKED = ssl.create_default_context()
UNCHECKED.check_hostname = False
UNCHECKED.verify_mode = ssl.CERT_NONE


def sign_people_in(data_dir: Path) -> list[str]:
    """Accounts that read what the demo's answers were computed from, and the tokens of their open sessions."""
    database = open_database(locate_database(Settings(data_dir), DATABASE))
    try:
        tokens, mark = [], secrets.token_hex(4)
        with database.gate_session(gatekeeper()) as gate:
            accounts = [
                Account(
                    email=f"reader{number}.{mark}@agency.example", name=f"Reader {number}", state="active",
                    home_owner_id=NATION_OWNER_ID, approved_at=func.now(),
                )
                for number in range(PEOPLE)
            ]
            gate.add_all(accounts)
            gate.flush()
            for account in accounts:
                for _ in range(SESSIONS_EACH):
                    token, _session = begin_session(
                        gate, account, stage="open", method="password", origin=Origin("127.0.0.1")
                    )
                    tokens.append(token)
        with database.session(Viewer.local_administrator()) as session:
            for account in accounts:
                give_membership(session, NATION_OWNER_ID, account.id, "agency_reader", FIELD_CLASSES)
        return tokens
    finally:
        database.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


class Run:
    """The two servers on one data folder, one at a time."""

    def __init__(self, data_dir: Path) -> None:
        self.environment = os.environ | {"CASM_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
        self.environment.pop("CASM_DATABASE_URL", None)
        self.data_dir = data_dir
        self.tokens: list[str] = []

    def casm(self, *words: str, quiet: bool = True) -> None:
        """Run a casm command to its end."""
        output = subprocess.DEVNULL if quiet else None
        subprocess.run([sys.executable, "-m", "web.cli", *words], env=self.environment, check=True, stderr=output)

    def start_front(self) -> Target:
        """What `make server` runs."""
        port = free_port()
        settings = FrontSettings(f"https://127.0.0.1:{port}", "127.0.0.1", port, database=DATABASE)
        save_settings(FrontLayout(self.data_dir).settings, settings)
        self.casm("server", "start")
        return Target("nginx + gunicorn", "https", port, tuple(f"__Host-casm={token}" for token in self.tokens))

    def start_bare(self) -> tuple[Target, subprocess.Popen[str]]:
        """gunicorn by itself."""
        running = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "serve", "--database", DATABASE, "--port", str(free_port())],
            env=self.environment, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        for line in running.stderr or ():
            if found := re.match(r"Serving http://127\.0\.0\.1:(\d+)/", line):
                threading.Thread(target=lambda: list(running.stderr or ()), daemon=True).start()
                cookies = tuple(f"casm={token}" for token in self.tokens)
                return Target("gunicorn alone", "http", int(found[1]), cookies), running
        raise RuntimeError("casm serve did not start")


def click(target: Target, until: float) -> tuple[list[float], int]:
    """Ten people who open a page every half second; milliseconds of each answer, and how many failed."""
    taken: list[float] = []
    failed = itertools.count()
    pages = list(PAGES.values())

    def person(number: int) -> None:
        step = 0
        while time.monotonic() < until:
            begun = time.monotonic()
            try:
                fine = target.get(pages[step % len(pages)], target.cookies[number]) == 200
            except (OSError, http.client.HTTPException):
                fine = False
            taken.append((time.monotonic() - begun) * 1000)
            if not fine:
                next(failed)
            step += 1
            time.sleep(max(0.0, CLICK_EVERY_S - (time.monotonic() - begun)))

    people = [threading.Thread(target=person, args=(number,)) for number in range(CLICKERS)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return taken, next(failed)


def slow_run(target: Target, options: list[str]) -> tuple[list[float], int]:
    """What others see while slowhttptest holds its connections."""
    # A page of some size for slow reading, a form for slow bodies; each as a stranger would send it.
    path = "/sign-in" if options[0] != "-X" else "/static/site.css"
    attack = subprocess.Popen(
        ["slowhttptest", *options, "-c", str(SLOW_CONNECTIONS), "-r", str(SLOW_CONNECTIONS), "-i", "3", "-p", "3",
         "-l", str(SLOW_S), "-u", f"{target.scheme}://{target.host}{path}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        time.sleep(4)
        return click(target, time.monotonic() + SLOW_S - 8)
    finally:
        attack.terminate()
        attack.wait()


def read_run(target: Target, path: str, folder: Path, look_ms: int) -> tuple[float, float, float, float, int]:
    """wrk's p50, p95 and p99 in milliseconds, requests a second and errors of 200 connections.

    look_ms: how long each looks at a page, on the average, before it asks for the next.
    """
    script, cookies = folder / "read.lua", folder / "cookies"
    script.write_text(WRK)
    cookies.write_text("\n".join(target.cookies))
    done = subprocess.run(
        ["wrk", "-t2", f"-c{READERS}", f"-d{READ_S}s", "--timeout", "30s", "-s", str(script),
         f"{target.scheme}://{target.host}{path}"],
        env=os.environ | {"BENCH_COOKIES": str(cookies), "BENCH_HOST": target.host, "BENCH_LOOK_MS": str(look_ms)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    p50, p95, p99, requests, micros, errors = map(float, re.search(r"RESULT (.+)", done.stdout)[1].split())
    return p50 / 1000, p95 / 1000, p99 / 1000, requests / micros * 1e6, int(errors)


def measure(target: Target, folder: Path) -> list[str]:
    """Run everything against one server and print it; what it missed."""
    missed = []
    print(f"\n{target.name}")
    # The first looks make the pages that are then kept.
    click(target, time.monotonic() + 10)
    taken, failed = click(target, time.monotonic() + 6)
    show("others, nobody slow", taken, failed)
    for kind, options in SLOW_KINDS.items():
        taken, failed = slow_run(target, options)
        show(f"others, {SLOW_CONNECTIONS} of {kind}", taken, failed)
        if failed or percentile(taken, 95) > OTHERS_P95_MS:
            missed.append(f"{target.name}: others under {kind}")
    for (page, path), look_ms in itertools.product(PAGES.items(), (LOOK_MS, 0)):
        p50, p95, p99, rate, errors = read_run(target, path, folder, look_ms)
        figures = f"p50 {p50:6.0f}  p95 {p95:6.0f}  p99 {p99:6.0f} ms"
        what = f"{READERS} {'readers' if look_ms else 'without a look'}, {page}"
        print(f"  {what:<28} {figures}  {rate:.0f}/s, {errors} errors", flush=True)
        if errors or (look_ms and p95 > READERS_P95_MS):
            missed.append(f"{target.name}: {what}")
    return missed


def show(what: str, taken: list[float], failed: int) -> None:
    """Print the milliseconds that answers took."""
    figures = "  ".join(f"p{share} {percentile(taken, share):6.0f}" for share in (50, 95, 99))
    print(f"  {what:<28} {figures} ms  {len(taken)} clicks, {failed} failed", flush=True)


def percentile(values: list[float], share: int) -> float:
    """A percentile, by nearest rank."""
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)] if values else float("inf")


def main() -> None:
    """Prepare, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="A data folder with the demo region in it; by default a new one.")
    parser.add_argument("--only", choices=("front", "bare"), help="Measure one of the two.")
    options = parser.parse_args()
    place = f"{os.environ['PATH']}:/usr/sbin"
    missing = [program for program in ("slowhttptest", "wrk", "nginx") if not shutil.which(program, path=place)]
    if missing:
        sys.exit(f"bench_server: not installed: {' '.join(missing)}; `make bench` installs them")
    given = options.data_dir
    data_dir = given or Path(tempfile.mkdtemp(prefix="casm-bench-", dir="/tmp"))
    data_dir.chmod(0o711)
    run = Run(data_dir)
    missed: list[str] = []
    try:
        if given is None:
            run.casm("demo", "--no-serve", "--out", str(data_dir / "out"))
        run.tokens = sign_people_in(data_dir)
        with tempfile.TemporaryDirectory() as folder:
            if options.only != "bare":
                missed = measure(run.start_front(), Path(folder))
                run.casm("server", "stop")
            if options.only != "front":
                target, running = run.start_bare()
                measure(target, Path(folder))
                running.terminate()
                running.wait(60)
    finally:
        run.casm("server", "stop")
        run.casm("db", "stop")
        if given is None:
            shutil.rmtree(data_dir, ignore_errors=True)
    if missed:
        sys.exit("server: missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
