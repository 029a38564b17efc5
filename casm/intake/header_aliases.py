"""Headings as any county may write them, brought to one form: words, units and datum."""

import re
import unicodedata
from dataclasses import dataclass

from casm.intake.datums import datum_in
from casm.intake.measures import unit_named

# Abbreviations and other words for one thing, wherever they stand in a heading.
WORDS = {
    "ant": "antenna", "ht": "height", "hgt": "height", "hght": "height", "frequency": "freq", "frequencies": "freqs",
    "lat": "latitude", "lon": "longitude", "long": "longitude", "lng": "longitude", "transmit": "tx", "xmit": "tx",
    "transmitter": "tx", "receive": "rx", "receiver": "rx", "rcv": "rx", "recv": "rx", "addr": "address",
    "elev": "elevation", "pwr": "power", "dept": "department", "svc": "service", "loc": "location",
    "tg": "talkgroup", "tgid": "talkgroup number", "msl": "amsl", "asl": "amsl", "sys": "system",
    "mfr": "make", "manufacturer": "make", "mfg": "make", "qty": "count", "quantity": "count", "num": "number",
    "nbr": "number", "no": "number", "#": "number", "exp": "expiration", "expires": "expiration",
    "expiry": "expiration", "tel": "phone", "telephone": "phone", "cell": "mobile", "notes": "remarks",
    "note": "remarks", "comments": "remarks", "comment": "remarks", "bw": "bandwidth", "ch": "channel",
    "chan": "channel", "channels": "channel", "callsign": "call sign", "license": "licence", "licensee": "licensee",
    "polarisation": "polarization", "pol": "polarization", "az": "azimuth", "org": "organization",
    "organisation": "organization", "kts": "", "the": "", "of": "", "in": "", "and": "", "or": "", "decimal": "",
    "abbr": "abbreviation", "abbrev": "abbreviation", "descr": "description", "desc": "description",
    "sub": "subscriber", "min": "minutes", "centre": "center", "lic": "licence", "e-mail": "email", "mail": "email",
}  # fmt: skip
PHRASES = (
    (re.compile(r"\bn\s*/\s*w\b"), "narrow wide"),
    (re.compile(r"\b(?:mode\s*)?a\s*[/,]\s*d\s*[/,]?\s*(?:or\s*)?m\b"), "mode"),
    (re.compile(r"\btalk[\s-]group"), "talkgroup"),
    (re.compile(r"\be-mail\b"), "email"),
    (re.compile(r"\bcenter\s+line\b|\bcenterline\b"), "center"),
)
QUALIFIERS = frozenset({"agl", "amsl", "haat"})
ASIDE = re.compile(r"[(\[{]([^)\]}]*)[)\]}]?")
TOKEN = re.compile(r"[a-z0-9µ%°'$#.]+")


@dataclass(frozen=True)
class Heading:
    """A heading: its words in one form, the units it names in order, and the datum it names."""

    words: str
    units: tuple[str, ...] = ()
    datum: str | None = None


def read_heading(written: str) -> Heading:
    """The heading's one form. "Ant. Ht (ft AGL)" and antenna_height_agl_m differ in the unit only."""
    plain = unicodedata.normalize("NFKC", written).replace("_", " ").casefold()
    datum = datum_in(plain)
    if datum:
        plain = re.sub(r"(?:nad|wgs)\s*-?\s*(?:19)?(?:83|84|27)", " ", plain)
    for phrase, words in PHRASES:
        plain = phrase.sub(words, plain)
    asides = " ".join(ASIDE.findall(plain))
    main = _tokens(ASIDE.sub(" ", plain))
    aside = _tokens(asides)
    qualifiers = [token for token in aside if _worded(token) in QUALIFIERS]
    units = [unit for token in aside if (unit := unit_named(token))]
    while len(main) > 1 and (_worded(main[-1]) in QUALIFIERS or unit_named(main[-1])):
        last = main.pop()
        if _worded(last) in QUALIFIERS:
            qualifiers.append(last)
        else:
            units.append(unit_named(last) or "")
    words = " ".join(filter(None, (_worded(token) for token in [*(main or aside), *dict.fromkeys(qualifiers)])))
    return Heading(words, tuple(dict.fromkeys(units)), datum)


def _tokens(text: str) -> list[str]:
    return [token.strip(".") for token in TOKEN.findall(re.sub(r"[-/,:]+", " ", text)) if token.strip(".")]


def _worded(token: str) -> str:
    return WORDS.get(token, token)
