"""Starting a server, fetching its page once and stopping it; the real one runs in journeys/test_demo.py."""

import sys
import textwrap

import pytest

from casm.errors import CasmError
from web.served_once import serve_once


def program(text: str) -> list[str]:
    """A command that runs a program; options given to it are ignored."""
    return [sys.executable, "-c", textwrap.dedent(text)]


SERVING = """
    import http.server, os, signal, sys
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response({status})
            self.end_headers()
            self.wfile.write("<p>größe</p>".encode())
        def log_message(self, *_):
            pass
    # A handler, since a KeyboardInterrupt that falls into a clean-up is swallowed.
    signal.signal(signal.SIGINT, lambda *_: os._exit({end}))
    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    print(f"Serving http://127.0.0.1:{{server.server_port}}/ (Ctrl-C ends it)", file=sys.stderr, flush=True)
    server.serve_forever()
"""


def test_the_page_is_fetched_and_the_server_ended() -> None:
    address, size_bytes = serve_once(program(SERVING.format(status=200, end=0)), must_hold=["größe"])
    assert address.startswith("http://127.0.0.1:")
    assert size_bytes == len("<p>größe</p>".encode())


@pytest.mark.parametrize(
    ("text", "must_hold", "said"),
    [
        (SERVING.format(status=200, end=0), "map", "does not hold 'map'"),
        (SERVING.format(status=503, end=0), "größe", "could not be fetched: HTTP Error 503"),
        (SERVING.format(status=204, end=0), "größe", "status 204"),
        (SERVING.format(status=200, end=3), "größe", "ended with status 3"),
        ("import sys; sys.exit('casm: no database')", "map", "no database"),
        ("import sys; print('Serving nothing yet', file=sys.stderr)", "map", "did not start"),
    ],
)
def test_a_server_that_fails_is_an_error_that_says_how(text: str, must_hold: str, said: str) -> None:
    with pytest.raises(CasmError, match=said):
        serve_once(program(text), must_hold=[must_hold])
