"""What somebody typed into the search box, and every way it can be read: words, frequencies, numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.units import HZ_PER_KHZ, HZ_PER_MHZ

MOST_CHARACTERS = 200
MOST_CHUNKS = 8
MOST_JOINED = 24
MOST_WHOLE = 48
SHORTEST_BEGINNING = 2

EXACT, BEGINNING, NEAR = "exact", "beginning", "near"
# Higher than any word that begins as the one before it.
END = "\uffff"

HZ_PER_UNIT = {"hz": 1, "khz": HZ_PER_KHZ, "mhz": HZ_PER_MHZ, "ghz": 1_000_000_000}
FREQUENCY = re.compile(r"(\d{0,6})(?:[.,](\d{0,9}))?(hz|khz|mhz|ghz)?", re.IGNORECASE)
DIGITS = re.compile(r"\d{3,9}")
IDENTITY = re.compile(r"(0x|\$)?([0-9a-f]{1,6})", re.IGNORECASE)
CUT = text(
    "SELECT casm_sec.search_chunks(t) FROM unnest(CAST(:tokens AS text[])) WITH ORDINALITY u (t, n) ORDER BY n"
)
LEADING_ZEROS = re.compile(r"(^|[^0-9])0+(?=[0-9])")


@dataclass(frozen=True)
class Reading:
    """One way to read some of what was typed: the words of the index from low to below high.

    chunks: numbers of the chunks it reads. typed: the word as typed. how: exact, beginning or near. worth: 0 to 1, how
    likely it is what was meant.
    """

    chunks: frozenset[int]
    low: str
    high: str
    typed: str
    how: str
    worth: float = 1.0


@dataclass(frozen=True)
class Typed:
    """The typed text, its chunks as the index writes them, and its readings but for those with typing errors."""

    text: str
    chunks: tuple[str, ...]
    readings: tuple[Reading, ...]

    @property
    def all_chunks(self) -> frozenset[int]:
        """The numbers of the chunks."""
        return frozenset(range(len(self.chunks)))


def read_typed(session: Session, written: str) -> Typed:
    """Cut the text as the index does, and read it every way; longer texts are cut off."""
    tokens = join_units(written[:MOST_CHARACTERS].split())
    cut = session.execute(CUT, {"tokens": tokens}).scalars()
    chunks: list[str] = []
    readings: list[Reading] = []
    for token, pieces in zip(tokens, cut, strict=True):
        here = frozenset(range(len(chunks), min(len(chunks) + len(pieces), MOST_CHUNKS)))
        chunks.extend(pieces[: len(here)])
        if here:
            readings.extend(read_number(here, token))
    readings.extend(read_words(chunks))
    return Typed(written.strip(), tuple(chunks), tuple(dict.fromkeys(readings)))


def join_units(tokens: Sequence[str]) -> list[str]:
    """A unit that stands alone belongs to the number before it."""
    joined: list[str] = []
    for token in tokens:
        if joined and token.lower() in HZ_PER_UNIT and joined[-1][-1].isdigit():
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def read_words(chunks: Sequence[str]) -> Iterator[Reading]:
    """Each chunk, two that belong together because a digit is in them, and all as one."""
    for here, word in words_of(chunks):
        for form in dict.fromkeys((word, LEADING_ZEROS.sub(r"\1", word))):
            yield Reading(here, form, form + " ", word, EXACT)
            if len(form) >= SHORTEST_BEGINNING:
                yield Reading(here, form + " ", form + END, word, BEGINNING)


def words_of(chunks: Sequence[str]) -> Iterator[tuple[frozenset[int], str]]:
    """(numbers of the chunks, the word they make) of each word that the chunks can make."""
    for number, chunk in enumerate(chunks):
        yield frozenset({number}), chunk
    for number, pair in enumerate(pairwise(chunks)):
        joined = "".join(pair)
        if len(joined) <= MOST_JOINED and any(letter.isdigit() for letter in joined):
            yield frozenset({number, number + 1}), joined
    whole = "".join(chunks)
    if len(chunks) > 1 and len(whole) <= MOST_WHOLE:
        yield frozenset(range(len(chunks))), whole


def read_number(here: frozenset[int], token: str) -> Iterator[Reading]:
    """A token as a frequency or a part of one, and as an identity in hexadecimal."""
    if match := FREQUENCY.fullmatch(token):
        yield from read_frequency(here, token, *match.groups())
    if match := IDENTITY.fullmatch(token):
        word = "$" + (match[2].lower().lstrip("0") or "0")
        yield Reading(here, word, word + " ", token, EXACT, 1.0 if match[1] else 0.6)


def read_frequency(
    here: frozenset[int], token: str, whole: str, decimals: str | None, unit: str | None
) -> Iterator[Reading]:
    """154.265 MHz and all that begins so; without a unit megahertz, with or without the point; or what follows it."""
    if whole and (decimals is not None or unit):
        unit_hz = HZ_PER_UNIT[(unit or "mhz").lower()]
        scale = 10 ** len(decimals or "")
        low = int(whole + (decimals or "")) * unit_hz // scale
        yield hertz(here, token, low, low + max(unit_hz // scale, 1), 1.0)
    elif DIGITS.fullmatch(whole) and whole[0] != "0":
        # 154265 is 154.265 with the point left out.
        low, step = int(whole.ljust(9, "0")), int(10 ** (9 - len(whole)))
        yield hertz(here, token, low, low + step, 0.4 + 0.06 * len(whole))
    after_point = decimals if not whole else whole if decimals is None and len(whole) >= 3 else None
    if after_point and not unit:
        yield Reading(here, f".{after_point[:6]}", f".{after_point[:6]}{END}", token, BEGINNING, 0.5)


def hertz(here: frozenset[int], token: str, low_hz: int, high_hz: int, worth: float) -> Reading:
    """A range of frequencies: from low_hz to below high_hz."""
    return Reading(here, f"#{low_hz:012d}", f"#{high_hz:012d}", token, EXACT, worth)
