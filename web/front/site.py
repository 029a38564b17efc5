"""What nginx gives out by itself: copies of our styles and scripts, packed as well as plain, and pages of refusal."""

import gzip
import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.maps.assets import FILES, file_of
from web.maps.page import STATIC

HERE = Path(__file__).parent
# Status → heading and words, as web.errors says them where the application itself refuses.
REFUSALS = {
    400: ("Not understood", "The request could not be understood."),
    404: ("Not found", "There is nothing at this address, or nothing that you may see."),
    405: ("Not possible", "This address cannot be used that way."),
    408: ("Too slow", "The request did not arrive in time."),
    413: ("Too large", "What was sent is larger than this address takes."),
    414: ("Address too long", "The address is longer than this server takes."),
    429: ("Too many requests", "Wait a minute, then go on."),
    431: ("Headers too large", "The browser sent more headers than this server takes."),
    502: ("Not ready", "The server is starting or being mended. Try again in a minute."),
    503: ("Not ready", "The server is starting or being mended. Try again in a minute."),
    504: ("Not ready", "The answer took too long. Try again in a minute."),
}


def write_site(site: Path) -> None:
    """Make the folder anew, readable for nginx's workers; it holds nothing that is not in the program already."""
    made = site.with_name(f"{site.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            _put(made / "static" / path.relative_to(STATIC), path.read_bytes())
    for listed in FILES:
        if found := file_of(listed):
            _put(made / "assets" / listed, found.read_bytes())
    template = templates().get_template("refused.html.jinja")
    for status, (heading, words) in REFUSALS.items():
        _put(made / "_refused" / f"{status}.html", template.render(heading=heading, words=words).encode(), packed=False)
    for path in (made, *made.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(site, ignore_errors=True)
    made.rename(site)


def templates() -> Environment:
    """The templates beside this file: escaping on for pages, off for nginx's configuration."""
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=lambda name: bool(name) and ".html" in str(name),
        undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


def _put(path: Path, content: bytes, *, packed: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if packed and path.suffix in (".css", ".js", ".svg"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
