"""Passwords: which are good enough, and argon2id hashes of them, made a few at a time."""

import functools
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from casm.accounts.common_password import is_common
from casm.accounts.gate_row import draw_secret
from casm.errors import CasmError

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 128
# One check takes 64 MiB and a quarter of a second of processor time: more at once would only wait for each other.
AT_ONCE = 2
WAIT_SECONDS = 10.0

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_places = threading.BoundedSemaphore(AT_ONCE)


def check_strength(password: str, *, name: str = "", email: str = "") -> None:
    """CasmError unless 12 to 128 characters, not among the most common, not made of the person's name or address."""
    if len(password) < LEAST_CHARACTERS:
        raise CasmError(
            f"Password: it has fewer than {LEAST_CHARACTERS} characters.", "take several words that only you would join"
        )
    if len(password) > MOST_CHARACTERS:
        raise CasmError(f"Password: it has more than {MOST_CHARACTERS} characters.", "take a shorter one")
    if is_common(password):
        raise CasmError("Password: it is one of those guessed first.", "take several words that only you would join")
    local, _, domain = email.casefold().partition("@")
    parts = {*name.casefold().split(), local, domain, *re.split(r"[.+_-]", local), domain.partition(".")[0]}
    rest = unicodedata.normalize("NFKC", password).casefold()
    for part in sorted((part for part in parts if len(part) >= 3), key=len, reverse=True):
        rest = rest.replace(part, "")
    if len(rest) < LEAST_CHARACTERS // 2:
        raise CasmError("Password: it is made of your name or address.", "take words that have nothing to do with you")


def hash_password(password: str) -> str:
    """argon2id hash in PHC form; CasmError when too many wait to be made."""
    with place():
        return HASHER.hash(normal_form(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; without a hash the same work is done on a hash of nothing, and the answer is no."""
    decoy = decoy_hash()
    with place():
        try:
            fits = HASHER.verify(decoy if password_hash is None else password_hash, normal_form(password))
        except (VerificationError, InvalidHashError):
            return False
    return fits and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@functools.cache
def decoy_hash() -> str:
    """The hash of a password nobody has."""
    return hash_password(draw_secret())


def normal_form(password: str) -> str:
    """The password in Unicode's NFKC, as keyboards differ (NIST SP 800-63B, 5.1.1.2), and never endlessly long."""
    return unicodedata.normalize("NFKC", password[: MOST_CHARACTERS * 4])


@contextmanager
def place() -> Iterator[None]:
    """One of the few places to hash in; CasmError when none gets free in time."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise CasmError("Too many people are signing in at this moment.", "try again in a minute")
    try:
        yield
    finally:
        _places.release()
