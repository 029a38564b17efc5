"""Signing in by password: who gets in, who does not, and that nothing tells which addresses have accounts."""

from collections import Counter

import pytest
from statements import statements_sent

from casm.accounts import password as passwords
from casm.accounts.account import viewer_of
from casm.accounts.approval import approve, decline
from casm.accounts.deactivation import deactivate
from casm.accounts.origin import Origin
from casm.accounts.session import look_up_session, sign_out
from casm.accounts.sign_in import AwaitingApproval, SignInRefused, confirm_password
from casm.accounts.throttle import ATTEMPTS, TooManyAttempts

WRONG = "not-the-walnut-lantern"


def elsewhere(number: int) -> Origin:
    """A client of its own address."""
    return Origin(f"198.51.100.{number}", f"r{number}", "a browser")


def test_right_password_opens_a_session_whose_token_is_kept_nowhere(tree, as_administrator):
    account = tree.person("reader@tn.example", tree.tennessee, "agency_reader")
    assert account.state == "active"
    signed_in = tree.sign_in(" Reader@TN.example ")
    assert signed_in.session.stage == "open"
    holder = tree.holder(signed_in.token)
    assert holder.account.id == account.id
    assert holder.viewer().principal_id == account.id
    assert signed_in.token not in str(as_administrator("SELECT * FROM casm_gate.web_session"))
    sign_out(tree.database, signed_in.token, Origin())
    assert look_up_session(tree.database, signed_in.token, Origin()) is None


@pytest.fixture
def people(tree):
    """One account in each state, and an address that is nobody's; all with the same password."""
    manager = tree.person("swic@tn.example", tree.tennessee, "administrative_manager")
    county = tree.person("chief@campbell.example", tree.campbell, "administrative_manager")
    tree.person("active@tn.example", tree.tennessee, "agency_reader")
    waiting = tree.person("waits@campbell.example", tree.campbell, "agency_reader", by=viewer_of(county))
    assert waiting.state == "awaiting_approval"
    gone = tree.person("gone@tn.example", tree.tennessee, "agency_reader")
    with tree.gate(manager) as gate:
        deactivate(gate, gone.id)
    return manager, waiting


def refusal(tree, email: str, password: str, number: int) -> str:
    with pytest.raises(SignInRefused) as caught:
        tree.sign_in(email, password, elsewhere(number))
    return str(caught.value)


def test_every_refusal_has_one_wording(tree, people):
    told = {
        refusal(tree, "active@tn.example", WRONG, 1),
        refusal(tree, "nobody@tn.example", WRONG, 2),
        refusal(tree, "waits@campbell.example", WRONG, 3),
        refusal(tree, "gone@tn.example", WRONG, 4),
        refusal(tree, "gone@tn.example", "walnut-lantern-57-brook", 5),
        refusal(tree, "not an address", WRONG, 6),
        refusal(tree, "", "", 7),
        refusal(tree, "a\0b@tn.example", WRONG, 8),
        refusal(tree, "x" * 5000, WRONG, 9),
    }
    assert len(told) == 1


def work_done(tree, monkeypatch, email: str, number: int) -> tuple[Counter, list[str]]:
    """Hash checks and hashes made, and statements executed, by one refused sign-in."""
    done: Counter[str] = Counter()
    real = passwords.HASHER

    class Counting:
        def verify(self, *args):
            done["verify"] += 1
            return real.verify(*args)

        def hash(self, *args):
            done["hash"] += 1
            return real.hash(*args)

    passwords.decoy_hash()
    monkeypatch.setattr(passwords, "HASHER", Counting())
    try:
        with statements_sent(tree.database.gate_engine) as statements:
            refusal(tree, email, WRONG, number)
    finally:
        monkeypatch.undo()
    return done, statements


def test_a_refusal_costs_the_same_work_whoever_is_named(tree, people, monkeypatch):
    emails = ["active@tn.example", "nobody@tn.example", "waits@campbell.example", "gone@tn.example", "no address"]
    work = [work_done(tree, monkeypatch, email, number) for number, email in enumerate(emails, 20)]
    assert work[0][0] == Counter(verify=1)
    assert len(work[0][1]) > 5
    assert all(one == work[0] for one in work)


def test_who_waits_for_approval_is_told_so_only_after_the_right_password(tree, people):
    manager, waiting = people
    with pytest.raises(AwaitingApproval):
        tree.sign_in("waits@campbell.example")
    approve(tree.database, viewer_of(manager), tree.post, waiting.id)
    assert "approved" in tree.post.letters[-1].text
    assert tree.sign_in("waits@campbell.example").session.stage == "open"


def test_who_is_declined_does_not_get_in(tree, people):
    manager, waiting = people
    with tree.gate(manager) as gate:
        decline(gate, waiting.id)
    refusal(tree, "waits@campbell.example", "walnut-lantern-57-brook", 1)


def test_the_eleventh_guess_for_an_account_waits_whether_it_exists_or_not(tree, people, as_administrator):
    waits = set()
    for start, email in ((1, "active@tn.example"), (50, "nobody@tn.example")):
        for number in range(ATTEMPTS):
            refusal(tree, email, WRONG, start + number)
        with pytest.raises(TooManyAttempts) as caught:
            tree.sign_in(email, origin=elsewhere(start + 40))
        waits.add((caught.value.retry_after_s, str(caught.value)))
    assert len(waits) == 1
    assert waits.pop()[0] == 30
    # Another account is not held up, and the wait ends.
    tree.sign_in("swic@tn.example", origin=elsewhere(200))
    as_administrator("UPDATE casm_gate.throttle SET blocked_until = now() - interval '1 second'")
    assert tree.sign_in("active@tn.example", origin=elsewhere(201)).session.stage == "open"


def test_the_eleventh_guess_from_an_address_waits_and_longer_each_time(tree, people, as_administrator):
    waited = []
    for _round in range(9):
        while True:
            try:
                refusal(tree, f"guess{len(waited)}@tn.example", WRONG, 1)
            except TooManyAttempts as wait:
                waited.append(wait.retry_after_s)
                break
        as_administrator("UPDATE casm_gate.throttle SET blocked_until = now() - interval '1 second'")
    assert waited == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_right_passwords_are_no_guesses(tree, people):
    for _ in range(ATTEMPTS + 5):
        tree.sign_in("active@tn.example")


def test_an_outdated_hash_is_made_anew(tree, people, as_administrator, monkeypatch):
    select = "SELECT password_hash FROM casm_gate.account WHERE email = 'active@tn.example'"
    [(before,)] = as_administrator(select)
    monkeypatch.setattr(passwords, "HASHER", type(passwords.HASHER)(time_cost=2, memory_cost=64, parallelism=1))
    tree.sign_in("active@tn.example")
    [(after,)] = as_administrator(select)
    assert "t=1" in before
    assert "t=2" in after
    assert tree.sign_in("active@tn.example").session.stage == "open"


def test_every_attempt_is_in_the_audit_without_what_was_typed(tree, people, events, as_administrator):
    tree.sign_in("active@tn.example")
    refusal(tree, "active@tn.example", WRONG, 1)
    refusal(tree, "my-secret-password-in-the-wrong-field", WRONG, 2)
    [signed_in, known, unknown] = events()[-3:]
    assert signed_in[:2] == ("active@tn.example", "signed in")
    assert known[:2] == ("sign-in", "refused sign in")
    assert known[2] == signed_in[2]
    assert unknown == ("sign-in", "refused sign in", None)
    told = str(as_administrator("SELECT * FROM casm.audit_event"))
    assert "my-secret" not in told
    assert WRONG not in told
    assert "198.51.100.1" in told


def test_a_session_confirmed_long_ago_asks_for_the_password_again(tree, people, as_administrator):
    token = tree.sign_in("active@tn.example").token
    assert tree.holder(token).recently_confirmed
    as_administrator("UPDATE casm_gate.web_session SET confirmed_at = now() - interval '11 minutes'")
    holder = tree.holder(token)
    assert not holder.recently_confirmed
    with pytest.raises(SignInRefused):
        confirm_password(tree.database, holder, WRONG, Origin("192.0.2.9"))
    assert not tree.holder(token).recently_confirmed
    confirm_password(tree.database, holder, "walnut-lantern-57-brook", Origin("192.0.2.9"))
    assert tree.holder(token).recently_confirmed
