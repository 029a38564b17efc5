"""Start the real server, fetch its map page once, and stop it: proof that it serves, without staying."""

import queue
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import IO

from casm.errors import CasmError

START_SECONDS = 90.0
FETCH_SECONDS = 90.0
STOP_SECONDS = 30.0

_ADDRESS = re.compile(r"http://\S+/")


def serve_once(command: Sequence[str], *, must_hold: Sequence[str]) -> tuple[str, int]:
    """Run a `casm serve` command on a free port, fetch its first page, stop it; return (address, bytes).

    must_hold: texts that the page must contain. CasmError when the server does not start, the page does not come
    with status 200 or lacks a text, or the server does not end well.
    """
    running = subprocess.Popen([*command, "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        address = _address_of(running)
        page = _fetch(address)
        missing = [text for text in must_hold if text not in page]
        if missing:
            raise CasmError(f"{address} was fetched, but the page does not hold {missing[0]!r}.")
    finally:
        status = _stop(running)
    if status != 0:
        raise CasmError(f"The server ended with status {status}.", "see the lines above")
    return address, len(page.encode())


def _address_of(running: subprocess.Popen[str]) -> str:
    """The address the server says it serves; what else it says is kept for the error."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read_lines, args=(running.stderr, lines), daemon=True).start()
    said: list[str] = []
    deadline = time.monotonic() + START_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            break
        if line is None:
            break
        if line.startswith("Serving ") and (found := _ADDRESS.search(line)):
            return found[0]
        said.append(line.strip())
    raise CasmError(f"The server did not start within {START_SECONDS:.0f} s. It said: {' '.join(said) or 'nothing'}")


def _read_lines(stream: IO[str] | None, lines: queue.Queue[str | None]) -> None:
    """Hand over every line until the stream ends, so that the server never waits for a full pipe."""
    for line in stream or ():
        lines.put(line)
    lines.put(None)


def _fetch(address: str) -> str:
    # No proxy: the page is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=FETCH_SECONDS) as answer:
            if answer.status != 200:
                raise CasmError(f"{address} answered with status {answer.status}.")
            return answer.read().decode("utf-8")
    except (urllib.error.URLError, TimeoutError) as error:
        raise CasmError(f"{address} could not be fetched: {error}.") from error


def _stop(running: subprocess.Popen[str]) -> int:
    """End the server as Ctrl-C does; its exit status, or that of its killing when it does not listen."""
    if running.poll() is None:
        running.send_signal(signal.SIGINT)
    try:
        return running.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        return running.wait()
