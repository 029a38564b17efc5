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
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from casm.audit.reading import Reading, count_into
from casm.bounded import Bounded
from casm.exchange.marking import Marking
from casm.sharing.view_state import Expected, read_view_state
from web.audit.views import expected_event
from web.config import web_config
from web.map_addresses import map_addresses
from web.marking import bear, page_marking
from web.navigation import navigation_html
from web.security import page_nonce
from web.viewer import current_viewer

EXTENSION = "casm.kept_pages"
MOST_BYTES = 64_000_000
MOST_ASKERS = 20_000
LOCKS = 64

Make = Callable[[Markup], str]


class Sized(Protocol):
    """Anything that knows how much memory it takes."""

    @property
    def size_bytes(self) -> int:
        """So many bytes, roughly."""


S = TypeVar("S", bound=Sized)


@dataclass(frozen=True)
class Kept(Generic[S]):
    """Something made of what an asker may see, and how many rows of whose were read for it."""

    value: S
    counts: Counter[tuple[UUID, str]]


@dataclass(frozen=True)
class KeptPage:
    """A page in pieces, between which an answer's nonce or its asker's navigation goes; and the mark it bears.

    pieces: as UTF-8, since to encode a map anew for each answer takes longer than all else that is done with it.
    """

    pieces: tuple[bytes, ...]
    between: tuple[str, ...]
    marking: Marking

    @property
    def size_bytes(self) -> int:
        """Memory it takes, nearly all of it the pieces."""
        return sum(map(sys.getsizeof, self.pieces))

    def filled(self, nonce: str, navigation: str) -> bytes:
        """The page for one answer."""
        put = {"nonce": nonce.encode(), "navigation": navigation.encode()}
        parts = [self.pieces[0]]
        for name, piece in zip(self.between, self.pieces[1:], strict=True):
            parts += (put[name], piece)
        return b"".join(parts)


class KeptPages:
    """What one process keeps; and locks, so that its threads do not make one thing twice.

    words: the state each asker was in at the last look, by which a view is recorded in the question for the state.
    """

    def __init__(self) -> None:
        self.kept: Bounded[Kept[Any]] = Bounded(MOST_BYTES)
        self.words: Bounded[str] = Bounded(MOST_ASKERS)
        self.making = [threading.Lock() for _ in range(LOCKS)]


def keep_pages(app: Flask) -> None:
    """Give the application room for its pages."""
    app.extensions[EXTENSION] = KeptPages()


def kept_page(make: Make, *, depends_on: tuple[Hashable, ...] = ()) -> str | bytes | Response:
    """The answer of a page: as kept, else made and, if nothing changed meanwhile, kept.

    make: makes it for a navigation, and states its mark (web.marking.bear). depends_on: what decides it beside the
    database. The map and tables of a share link are always made.
    """
    given = map_addresses().navigation
    if given is not None:
        return make(given)
    page = kept(lambda: page_of(make), depends_on=depends_on)
    bear(page.marking)
    return page.filled(page_nonce(), str(navigation_html()))


def kept(make: Callable[[], S], *, depends_on: tuple[Hashable, ...] = ()) -> S:
    """What this endpoint makes of all its asker may see: as kept, else made and, if nothing changed meanwhile, kept.

    make: also counts as read what it reads, each time it is taken from here (casm.audit.reading).
    """
    database, viewer, pages = web_config().database, current_viewer(), current_app.extensions[EXTENSION]
    here = (request.endpoint, datetime.now(UTC).date(), *depends_on)
    asker = (viewer.principal_kind, viewer.principal_id, viewer.actor, *here)
    last = pages.words.get(asker)
    found = None if last is None else pages.kept.get((last, *here))
    event = None if found is None else expected_event(viewer, found.counts)
    state = read_view_state(database, viewer, None if event is None else Expected(last, event))
    g.standing = state.standing
    if not state.told:
        found = kept_in(pages, state.word, here, make)
        pages.words.put(asker, state.word, 1)
    else:
        g.told = g.reading.counts + found.counts
    g.reading.counts.update(found.counts)
    return found.value


def kept_in(pages: KeptPages, word: str, here: tuple[Hashable, ...], make: Callable[[], S]) -> Kept[S]:
    """What is kept under a word, or made anew."""
    key = (word, *here)
    found = pages.kept.get(key)
    if found is None:
        with pages.making[hash(key) % LOCKS]:
            found = pages.kept.get(key)
            if found is None:
                found = counted(make)
                if read_view_state(web_config().database, current_viewer()).word == word:
                    pages.kept.put(key, found, found.value.size_bytes)
    return found


def counted(make: Callable[[], S]) -> Kept[S]:
    """Make something, its rows counted apart."""
    reading = Reading()
    count_into(reading)
    try:
        return Kept(make(), Counter(reading.counts))
    finally:
        count_into(g.reading)


def page_of(make: Make) -> KeptPage:
    """Make a page with words in the place of nonce and navigation that nobody can know beforehand."""
    stand_in = {secrets.token_urlsafe(24): "nonce", secrets.token_urlsafe(24): "navigation"}
    nonce, navigation = stand_in
    g.nonce = nonce
    try:
        text = make(Markup(navigation))
    finally:
        del g.nonce
    pieces, between = split(text, stand_in)
    return KeptPage(tuple(piece.encode() for piece in pieces), between, page_marking())


def split(text: str, stand_in: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A text cut where its stand-ins are: the pieces, and the names of what was between them."""
    pieces, between, start = [], [], 0
    while found := [(at, word) for word in stand_in if (at := text.find(word, start)) >= 0]:
        at, word = min(found)
        pieces.append(text[start:at])
        between.append(stand_in[word])
        start = at + len(word)
    return (*pieces, text[start:]), tuple(between)
