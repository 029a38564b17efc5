"""Which passwords are taken, and how their hashes are made."""

import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casm.accounts import password as passwords
from casm.accounts.common_password import WORDS, is_common
from casm.accounts.password import check_strength, hash_password, needs_rehash, verify_password
from casm.errors import CasmError

GOOD = ["walnut-lantern-57-brook", "correct horse battery staple", "tr0ub4dor&3xyz", "kV7#pQz92LmX",
        "лесная тропа вниз", "森林の小道を歩いて行きます", "7391 0582 6617 2049", "Cross fog 14"]  # fmt: skip
COMMON = ["password1234", "Passw0rd!2026", "123456789012", "qwertyuiop123", "Welcome2Tennessee!", "aaaaaaaaaaaaa",
          "Summer2026!!!!", "letmeinletmein", "1q2w3e4r5t6y", "administrator1", "iloveyou1234", "changeme12345",
          "zyxwvutsrqponm", "SheriffRadio911", "P@ssw0rdP@ssw0rd", "firedispatch2026"]  # fmt: skip


@pytest.mark.parametrize("password", GOOD)
def test_good_ones_are_taken(password):
    check_strength(password, name="Ann Reader", email="ann.reader@campbell.example")


@pytest.mark.parametrize("password", COMMON)
def test_those_guessed_first_are_refused(password):
    with pytest.raises(CasmError, match="guessed first"):
        check_strength(password)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "fewer than 12"),
        ("short-walnu", "fewer than 12"),
        ("ab " * 50, "more than 128"),
        ("ann.reader-77", "name or address"),
        ("ann.reader@campbell.example", "name or address"),
        ("AnnReaderAnnReaderX1", "name or address"),
        ("ann-campbell-reader", "name or address"),
    ],
)
def test_the_reason_is_said(password, said):
    with pytest.raises(CasmError, match=said):
        check_strength(password, name="Ann Reader", email="ann.reader@campbell.example")


def test_every_common_word_is_common():
    assert [word for word in WORDS if not is_common(word)] == []


@given(st.sampled_from(sorted(WORDS)), st.text("0123456789!?.-", max_size=8), st.booleans())
def test_a_common_word_stays_common_in_any_dress(word, dress, upper):
    assert is_common((word.upper() if upper else word) + dress)


def test_a_hash_is_argon2id_and_fits_its_password_alone():
    hashed = hash_password("walnut-lantern-57-brook")
    assert hashed.startswith("$argon2id$")
    assert hashed != hash_password("walnut-lantern-57-brook")
    assert verify_password(hashed, "walnut-lantern-57-brook")
    assert not verify_password(hashed, "walnut-lantern-57-broo")
    assert not verify_password(None, "walnut-lantern-57-brook")
    assert not verify_password("no hash", "walnut-lantern-57-brook")
    assert not needs_rehash(hashed)


def test_what_two_keyboards_write_differently_is_one_password():
    composed, decomposed = (unicodedata.normalize(form, "Peñasco über-walnut") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert verify_password(hash_password(composed), decomposed)


def test_an_endless_password_costs_no_more():
    assert not verify_password(hash_password("walnut-lantern-57-brook"), "x" * 10_000_000)


def test_the_parameters_are_those_of_rfc_9106():
    from argon2.profiles import RFC_9106_LOW_MEMORY as recommended

    assert (recommended.time_cost, recommended.memory_cost, recommended.hash_len) == (3, 65536, 32)
    assert passwords.PasswordHasher.from_parameters(recommended).memory_cost == 65536


def test_only_a_few_are_hashed_at_once_and_the_rest_is_told(monkeypatch):
    at_work, most = 0, 0
    lock, go = threading.Lock(), threading.Event()

    class Slow:
        def hash(self, _password):
            nonlocal at_work, most
            with lock:
                at_work += 1
                most = max(most, at_work)
            go.wait(10)
            with lock:
                at_work -= 1
            return "hash"

    monkeypatch.setattr(passwords, "HASHER", Slow())
    threads = [threading.Thread(target=hash_password, args=("x",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    while most < passwords.AT_ONCE:
        go.wait(0.01)
    with pytest.raises(CasmError, match="Too many people"):
        hash_password("x")
    go.set()
    for thread in threads:
        thread.join()
    assert most == passwords.AT_ONCE
