"""The server's two programs under one that watches them: what ends is started again, and all end together."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from casm.errors import CasmError

WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
ENDS = (signal.SIGTERM, signal.SIGINT)
# A program that ends this often within a minute will not stay up by being started once more.
MOST_RESTARTS = 5
RESTART_WINDOW_S = 60.0
LOOK_S = 30.0
END_S = 20.0
LOG_BYTES = 20_000_000
# Where our own packages lie: the children run the very code that started them.
PROGRAM = Path(__file__).resolve().parents[2]
# What the command line of one of our programs, or of its workers, holds.
OURS = re.compile(r"^nginx: |\bweb\.cli\x00serve\b")
_PR_SET_PDEATHSIG = 1  # prctl(2)

Say = Callable[[str], None]


@dataclass
class Program:
    """One program to keep running: its name for people, its command line, and how it is asked to end."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    end: signal.Signals = signal.SIGTERM
    reload: signal.Signals | None = None
    running: subprocess.Popen[bytes] | None = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it as a child that ends with us, even when we are killed."""
        self.running = subprocess.Popen(
            self.command, env=self.environment, cwd=PROGRAM, stdin=subprocess.DEVNULL, process_group=0,
            preexec_fn=_end_with_parent,
        )  # fmt: skip

    def has_ended(self) -> bool:
        """Whether it was started and is no more."""
        return self.running is not None and self.running.poll() is not None

    def end_children(self) -> None:
        """End what a killed program leaves behind: nginx's workers would go on answering on its port."""
        if self.running is not None:
            end_group(self.running.pid)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal if it runs."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(number)

    def stop(self) -> None:
        """Ask it to end, and make it end when it does not within the time."""
        if self.running is None:
            return
        self.send(self.end)
        try:
            self.running.wait(END_S)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
        self.end_children()


def keep_running(programs: list[Program], tell_state: Callable[[], None], logs: list[Path], say: Say) -> None:
    """Watch the programs, which run, until SIGTERM or SIGINT; SIGHUP makes those reload that can.

    tell_state: called when the processes have changed. logs: kept from growing. The signals WATCHED are blocked
    (hold_signals). CasmError when a program will not stay up.
    """
    while True:
        got = signal.sigtimedwait(WATCHED, LOOK_S)
        for log in logs:
            shorten(log)
        if got is not None and got.si_signo in ENDS:
            return
        if got is not None and got.si_signo == signal.SIGHUP:
            for program in programs:
                if program.reload is not None:
                    program.send(program.reload)
        for program in programs:
            if program.has_ended():
                restart(program, say)
                tell_state()


def restart(program: Program, say: Say) -> None:
    """Start a program that has ended once more; CasmError when it has ended too often of late."""
    status = program.running.returncode if program.running else 0
    now = time.monotonic()
    program.end_children()
    program.restarts = [at for at in program.restarts if now - at < RESTART_WINDOW_S] + [now]
    if len(program.restarts) > MOST_RESTARTS:
        raise CasmError(f"{program.name} ended {MOST_RESTARTS} times within a minute.", "see the lines above")
    say(f"{program.name} ended with status {status} and is started again.")
    program.start()


def end_group(group: int) -> None:
    """Kill the processes of a group that our programs made; any other group of that number is left alone."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_ours(entry, group):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(entry.name), signal.SIGKILL)


def _is_ours(process: Path, group: int) -> bool:
    try:
        # proc(5): after the command name, which stands in brackets: state, parent, group
        found = int((process / "stat").read_text().rpartition(")")[2].split()[2])
        return found == group and OURS.search((process / "cmdline").read_text()) is not None
    except (OSError, IndexError, ValueError):
        return False


def hold_signals() -> None:
    """Keep the signals that keep_running looks for from ending us in between."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)


def ended_meanwhile() -> bool:
    """Whether an end was asked for while nobody looked; the other signals stay for keep_running."""
    return bool(signal.sigpending() & set(ENDS))


def shorten(log: Path) -> None:
    """Put a log that has grown long aside and begin anew, in place, as others hold it open to append to."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        aside = log.with_suffix(".log.1")
        aside.unlink(missing_ok=True)
        with log.open("rb") as long, open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            while part := long.read(1 << 20):
                kept.write(part)
        os.truncate(log, 0)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def own_program(*arguments: str) -> list[str]:
    """The command line of a `casm` command of this very installation."""
    return [sys.executable, "-m", "web.cli", *arguments]
