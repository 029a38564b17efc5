"""nginx: which one is here, and its configuration from the operator's settings."""

import os
import re
import resource
import shutil
import subprocess
from pathlib import Path

from casm.errors import CasmError
from web import limits, security
from web.errors import WAIT_S
from web.front.layout import FrontLayout, worker_account
from web.front.settings import FrontSettings, bracketed
from web.front.site import templates
from web.server import WORKER_TIMEOUT_S

DEBIAN_PLACE = "/usr/sbin/nginx"
# Connections of one address at a time, requests of one address in a second, and how many may wait their turn.
CONNECTIONS_EACH = 800
REQUESTS_EACH = 300
REQUESTS_QUEUE = 600
CHANGES_EACH = 20
CHANGES_QUEUE = 60
MOST_CONNECTIONS = 8192
# Each connection that waits for the application holds a second one to it.
FILES_A_CONNECTION = 2
SPARE_FILES = 128
# Everything else would have to be quoted, and some of it nginx reads as a variable.
PLAIN_PATH = re.compile(r"[\w./ +@,=:-]+")


def find_nginx() -> str:
    """The program; CasmError when it is not installed."""
    found = DEBIAN_PLACE if os.access(DEBIAN_PLACE, os.X_OK) else shutil.which("nginx")
    if not found:
        raise CasmError("nginx is not installed.", "run `make server`, or as root: apt-get install nginx")
    return found


def write_configuration(settings: FrontSettings, layout: FrontLayout) -> None:
    """Write nginx's configuration for the settings; CasmError on a path nginx could misread."""
    certificate, key = certificate_files(settings, layout)
    for path in (layout.home, layout.socket, certificate, key):
        if not PLAIN_PATH.fullmatch(str(path)):
            raise CasmError(f"nginx cannot be given the path {str(path)!r}.", "use letters, digits and . _ - + in it")
    open_files, connections = capacity()
    text = templates().get_template("nginx.conf.jinja").render(
        settings=settings, layout=layout, account=worker_account(), certificate=certificate, key=key,
        host=bracketed(settings.host), redirect_listen=f"{bracketed(settings.listen)}:{settings.redirect_port}",
        both=" ipv6only=off" if settings.listen == "::" else "",
        processes=os.cpu_count() or 1, open_files=open_files, connections=connections,
        connections_each=CONNECTIONS_EACH, requests_each=REQUESTS_EACH, requests_queue=REQUESTS_QUEUE,
        changes_each=CHANGES_EACH, changes_queue=CHANGES_QUEUE, most_bytes=limits.MOST_BYTES,
        most_bytes_with_file=limits.MOST_BYTES_WITH_FILE, most_bytes_with_outlines=limits.MOST_BYTES_WITH_OUTLINES,
        wait_s=WAIT_S,
        answer_s=WORKER_TIMEOUT_S, headers=header_lines(settings),
    )  # fmt: skip
    layout.configuration.write_text(text, encoding="utf-8")


def certificate_files(settings: FrontSettings, layout: FrontLayout) -> tuple[Path, Path]:
    """The operator's certificate and key, else those made here."""
    if settings.certificate:
        return Path(settings.certificate), Path(settings.key)
    return layout.own_certificate, layout.own_key


def capacity() -> tuple[int, int]:
    """Files a worker may open, and connections it can hold with them, within what this process is allowed."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * FILES_A_CONNECTION + SPARE_FILES
    open_files = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    return open_files, max((open_files - SPARE_FILES) // FILES_A_CONNECTION, 64)


def header_lines(settings: FrontSettings) -> str:
    """The headers of web.security for what nginx answers itself."""
    secure = settings.scheme == "https"
    named = security.fixed_headers(encrypted=secure) | {"Content-Security-Policy": security.policy()}
    return "\n".join(f'add_header {name} "{value}" always;' for name, value in named.items())


def check_configuration(program: str, layout: FrontLayout) -> None:
    """Let nginx read its configuration; CasmError with its words when it cannot."""
    tested = subprocess.run(nginx_command(program, layout, "-t", "-q"), capture_output=True, text=True, check=False)
    if tested.returncode:
        raise CasmError(f"nginx cannot use its configuration: {tested.stderr.strip()}", "mend the setting it names")


def nginx_command(program: str, layout: FrontLayout, *options: str) -> list[str]:
    """The command line that runs nginx on our configuration alone."""
    return [program, "-p", str(layout.home), "-c", str(layout.configuration), "-e", "stderr", *options]
