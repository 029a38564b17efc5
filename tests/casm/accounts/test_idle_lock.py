"""A session that lay idle: shut to everything but its own password, in the same browser, while it would have lasted."""

import threading

import pytest

from casm.accounts.idle_lock import look_up_locked, unlock
from casm.accounts.origin import Origin
from casm.accounts.session import look_up_session
from casm.accounts.sign_in import SignInRefused
from casm.accounts.throttle import TooManyAttempts
from casm.accounts.ways_in import WaysIn, ways_in

PASSWORD = "walnut-lantern-57-brook"
HERE = Origin("192.0.2.7", "r1", "a browser")


@pytest.fixture
def locked(tree, as_administrator):
    """The token of Ann's session, which lay idle for 31 minutes."""
    tree.person("ann@campbell.example", tree.campbell, "agency_reader")
    token = tree.sign_in("ann@campbell.example").token
    as_administrator("UPDATE casm_gate.web_session SET last_seen_at = now() - interval '31 minutes'")
    return token


def test_its_password_opens_it_under_a_new_token(tree, locked):
    assert look_up_session(tree.database, locked, HERE) is None
    assert look_up_locked(tree.database, locked, HERE).email == "ann@campbell.example"
    opened = unlock(tree.database, locked, PASSWORD, HERE)
    assert opened.token != locked
    assert look_up_session(tree.database, opened.token, HERE).recently_confirmed
    assert look_up_session(tree.database, locked, HERE) is None
    assert look_up_locked(tree.database, locked, HERE) is None
    with pytest.raises(SignInRefused):
        unlock(tree.database, locked, PASSWORD, HERE)


def test_a_session_in_use_is_not_locked(tree):
    tree.person("ann@campbell.example", tree.campbell, "agency_reader")
    token = tree.sign_in("ann@campbell.example").token
    assert look_up_locked(tree.database, token, HERE) is None
    with pytest.raises(SignInRefused):
        unlock(tree.database, token, PASSWORD, HERE)


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE casm_gate.web_session SET ended_at = now()",
        "UPDATE casm_gate.web_session SET created_at = now() - interval '9 h', expires_at = now() - interval '1 s'",
        "UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now()",
        "UPDATE casm_gate.account SET password_hash = NULL",
        "UPDATE casm_gate.web_session SET stage = 'second_factor'",
    ],
)
def test_what_is_over_stays_shut(tree, locked, as_administrator, end):
    as_administrator(end)
    assert look_up_locked(tree.database, locked, HERE) is None
    with pytest.raises(SignInRefused):
        unlock(tree.database, locked, PASSWORD, HERE)


def test_guessing_is_counted_with_signing_in(tree, locked):
    for _ in range(10):
        with pytest.raises(SignInRefused):
            unlock(tree.database, locked, "a guess", HERE)
    with pytest.raises(TooManyAttempts):
        unlock(tree.database, locked, PASSWORD, HERE)
    with pytest.raises(TooManyAttempts):
        tree.sign_in("ann@campbell.example")


def test_of_two_at_once_one_opens_it(tree, locked):
    outcomes = []

    def attempt():
        try:
            outcomes.append(unlock(tree.database, locked, PASSWORD, HERE).token)
        except SignInRefused:
            outcomes.append(None)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (opened,) = [token for token in outcomes if token]
    assert look_up_session(tree.database, opened, HERE) is not None


def test_the_ways_in_are_those_there_are(tree):
    account = tree.person("ann@campbell.example", tree.campbell, "agency_reader")
    with tree.gate(account) as gate:
        ways = ways_in(gate, account.id)
    assert ways == WaysIn(password=True, totp=False, passkeys=[], recovery_codes_left=0, identities=[])
    assert not ways.second_factor
