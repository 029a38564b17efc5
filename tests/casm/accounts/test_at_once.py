"""Several workers at once: attempts are counted together, and what is taken once is taken by one."""

import threading
from collections.abc import Callable

import pyotp
import pytest

from casm.accounts import throttle, totp
from casm.accounts.invitation import accept_invitation, invite
from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.password_reset import LinkSpent, finish_reset, request_reset
from casm.accounts.recovery_code import use_recovery_code
from casm.accounts.second_factor import finish_set_up
from casm.accounts.totp import begin_totp, check_totp, confirm_totp
from casm.errors import CasmError
from casm.sharing.viewer import Viewer

HERE = Origin("192.0.2.7", "r1", "a browser")
PASSWORD = "walnut-lantern-57-brook"
AT_ONCE = 8


@pytest.fixture
def reader(tree):
    """Somebody with an account."""
    return tree.person("reader@tn.example", tree.tennessee, "agency_reader")


def outcomes(act: Callable[[], object], times: int = AT_ONCE) -> list[object]:
    """What each of several threads got that did the same at once: its answer, or the error's class."""
    barrier, found = threading.Barrier(times), []

    def run() -> None:
        barrier.wait()
        try:
            found.append(act())
        except CasmError as error:
            found.append(type(error))

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_attempts_are_counted_together(tree):
    def attempt() -> int:
        with tree.database.gate_session(gatekeeper()) as gate:
            return throttle.take_attempt(gate, sign_in_account="a@b.example", sign_in_address="192.0.2.1")

    found = [wait for _ in range(2) for wait in outcomes(attempt)]
    assert found.count(0) == throttle.ATTEMPTS


def test_a_code_is_taken_by_one(tree, reader, monkeypatch):
    monkeypatch.setattr(totp, "current_step", lambda _gate: 59_000_000)
    holder = tree.holder(tree.sign_in("reader@tn.example").token)
    with tree.gate(reader) as gate:
        generator = pyotp.TOTP(begin_totp(gate, holder).secret)
    with tree.gate(reader) as gate:
        confirm_totp(gate, holder, generator.generate_otp(58_999_999))
        codes = finish_set_up(gate, holder).recovery_codes

    def with_gate(check, *given):
        with tree.database.gate_session(gatekeeper()) as gate:
            return check(gate, reader.id, *given)

    assert sorted(outcomes(lambda: with_gate(check_totp, generator.generate_otp(59_000_000)))) == [False] * 7 + [True]
    assert sorted(outcomes(lambda: with_gate(use_recovery_code, codes[0]))) == [False] * 7 + [True]


def test_a_link_is_used_by_one(tree, reader):
    request_reset(tree.database, tree.post, "reader@tn.example", HERE)
    link = tree.post.token()
    found = outcomes(lambda: finish_reset(tree.database, link, "granite-orchard-93-heron", HERE).email)
    assert found.count("reader@tn.example") == 1
    assert found.count(LinkSpent) == AT_ONCE - 1


def test_an_invitation_is_accepted_by_one(tree):
    invite(
        tree.database, Viewer.local_administrator(), tree.post, email="new@tn.example", name="New",
        owner_id=tree.tennessee, role="agency_reader",
    )  # fmt: skip
    link = tree.post.token()
    found = outcomes(lambda: accept_invitation(tree.database, tree.post, link, PASSWORD, HERE).state)
    assert sorted(map(str, found)) == sorted(map(str, ["active"] + [LinkSpent] * (AT_ONCE - 1)))


def test_a_person_invited_twice_at_once_is_one_account(tree, as_administrator):
    def send() -> str:
        invite(
            tree.database, Viewer.local_administrator(), tree.post, email="new@tn.example", name="New",
            owner_id=tree.tennessee, role="agency_reader",
        )  # fmt: skip
        return "sent"

    assert outcomes(send) == ["sent"] * AT_ONCE
    assert as_administrator("SELECT count(*) FROM casm_gate.account WHERE email = 'new@tn.example'") == [(1,)]
    open_ones = "SELECT count(*) FROM casm_gate.invitation WHERE used_at IS NULL AND revoked_at IS NULL"
    assert as_administrator(open_ones) == [(1,)]
