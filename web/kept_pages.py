"""Pages that read all an asker may see, kept in memory for as long as nothing that decides them has changed.

What decides them the database tells as one word (casm.sharing.view_state): every row there is, what this asker may see
of them, and by which way. Two askers share a page only under the same word; a change, a revoke or an expiry makes
another word, from the next request on. A page is kept without what belongs to one answer or one person: the nonce and
the navigation. How often it was made is nobody's business, so that what was read is told to the audit each time.
"""

import secrets
import sys
import threading
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from casm.audit.reading import Reading, count_into
from casm.bounded import Bounded
from casm.exchange.marking import Marking
from casm.sharing.view_state import read_view_state
from web.config import web_config
from web.map_addresses import map_addresses
from web.marking import bear, page_marking
from web.navigation import navigation_html
from web.security import page_nonce
from web.viewer import current_viewer

EXTENSION = "casm.kept_pages"
MOST_BYTES = 64_000_000
LOCKS = 64

Make = Callable[[Markup], str]


@dataclass(frozen=True)
class KeptPage:
    """A page in pieces, between which an answer's nonce or its asker's navigation goes; what it bears and read."""

    pieces: tuple[str, ...]
    between: tuple[str, ...]
    marking: Marking
    counts: Counter[tuple[UUID, str]]

    @property
    def size_bytes(self) -> int:
        """Memory it takes, nearly all of it text."""
        return sum(map(sys.getsizeof, self.pieces))

    def filled(self, nonce: str, navigation: str) -> str:
        """The page for one answer."""
        put = {"nonce": nonce, "navigation": navigation}
        parts = [self.pieces[0]]
        for name, piece in zip(self.between, self.pieces[1:], strict=True):
            parts += (put[name], piece)
        return "".join(parts)


class KeptPages:
    """The pages of one process; and locks, so that its threads do not make one page twice."""

    def __init__(self) -> None:
        self.pages: Bounded[KeptPage] = Bounded(MOST_BYTES)
        self.making = [threading.Lock() for _ in range(LOCKS)]


def keep_pages(app: Flask) -> None:
    """Give the application room for its pages."""
    app.extensions[EXTENSION] = KeptPages()


def kept_page(make: Make, *, depends_on: tuple[Hashable, ...] = ()) -> str | Response:
    """The answer of a page: as kept, else made and, if nothing changed meanwhile, kept.

    make: makes it for a navigation, and states its mark (web.marking.bear). depends_on: what decides it beside the
    database. The map and tables of a share link are always made.
    """
    given = map_addresses().navigation
    if given is not None:
        return make(given)
    database, viewer, kept = web_config().database, current_viewer(), current_app.extensions[EXTENSION]
    state = read_view_state(database, viewer)
    g.standing = state.standing
    key = (request.endpoint, state.word, datetime.now(UTC).date(), *depends_on)
    page = kept.pages.get(key)
    if page is None:
        with kept.making[hash(key) % LOCKS]:
            page = kept.pages.get(key)
            if page is None:
                page = made(make)
                if read_view_state(database, viewer).word == state.word:
                    kept.pages.put(key, page, page.size_bytes)
    g.reading.counts.update(page.counts)
    bear(page.marking)
    return page.filled(page_nonce(), str(navigation_html()))


def made(make: Make) -> KeptPage:
    """Make a page with words in the place of nonce and navigation that nobody can know beforehand."""
    stand_in = {secrets.token_urlsafe(24): "nonce", secrets.token_urlsafe(24): "navigation"}
    nonce, navigation = stand_in
    reading = Reading()
    g.nonce = nonce
    count_into(reading)
    try:
        text = make(Markup(navigation))
    finally:
        count_into(g.reading)
        del g.nonce
    pieces, between = split(text, stand_in)
    return KeptPage(pieces, between, page_marking(), Counter(reading.counts))


def split(text: str, stand_in: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A text cut where its stand-ins are: the pieces, and the names of what was between them."""
    pieces, between, start = [], [], 0
    while found := [(at, word) for word in stand_in if (at := text.find(word, start)) >= 0]:
        at, word = min(found)
        pieces.append(text[start:at])
        between.append(stand_in[word])
        start = at + len(word)
    return (*pieces, text[start:]), tuple(between)
