"""Passkeys, with a security key in software: registered, as a second factor, as a sign-in of their own."""

import uuid

import pytest

from casm.accounts.account import viewer_of
from casm.accounts.deactivation import deactivate
from casm.accounts.origin import Origin
from casm.accounts.passkey import (
    PasskeyRefused,
    RelyingParty,
    begin_registration,
    finish_registration,
    list_passkeys,
)
from casm.accounts.second_factor import finish_set_up, remove_passkey
from casm.accounts.session import ConfirmationNeeded
from casm.accounts.sign_in import (
    FactorRefused,
    begin_passkey_factor,
    begin_passkey_sign_in,
    give_passkey,
    sign_in_with_passkey,
)
from casm.errors import CasmError
from casm.sharing.viewer import Viewer

PARTY = RelyingParty("casm.agency.example", "https://casm.agency.example")
HERE = Origin("192.0.2.7")


@pytest.fixture
def reader(tree):
    """Somebody who may do without a second factor, signed in."""
    tree.person("reader@tn.example", tree.tennessee, "agency_reader")
    return tree.sign_in("reader@tn.example")


@pytest.fixture
def make_key(software_key):
    """Make a key that a browser on our own pages would use."""
    return lambda **options: software_key(PARTY.origin, PARTY.id, **options)


def register(tree, signed_in, key, name="Yubi"):
    holder = tree.holder(signed_in.token)
    with tree.gate(holder.account) as gate:
        request = begin_registration(gate, PARTY, holder)
    with tree.gate(holder.account) as gate:
        kept = finish_registration(gate, PARTY, holder, request.challenge_id, key.register(request.options), name)
        return kept, finish_set_up(gate, holder)


def by_passkey(tree, key, party=PARTY):
    request = begin_passkey_sign_in(tree.database, party, HERE)
    return sign_in_with_passkey(tree.database, PARTY, request.challenge_id, key.sign(request.options), HERE)


def test_a_passkey_alone_signs_in(tree, reader, make_key, events):
    key = make_key()
    kept, set_up = register(tree, reader, key)
    assert kept.transports == ["usb"]
    assert len(set_up.recovery_codes) == 10
    assert set_up.token is None
    signed_in = by_passkey(tree, key)
    assert (signed_in.session.stage, signed_in.session.method) == ("open", "passkey")
    assert signed_in.account.email == "reader@tn.example"
    assert [action for _, action, _ in events()[-4:]] == [
        "signed in", "added passkey", "made recovery codes", "signed in",
    ]  # fmt: skip


def test_a_passkey_is_a_second_factor(tree, reader, make_key):
    key = make_key()
    register(tree, reader, key)
    waiting = tree.sign_in("reader@tn.example")
    assert waiting.session.stage == "second_factor"
    assert tree.holder(waiting.token).viewer() is None
    request = begin_passkey_factor(tree.database, PARTY, waiting.token, HERE)
    signed_in = give_passkey(tree.database, PARTY, waiting.token, request.challenge_id, key.sign(request.options), HERE)
    assert tree.holder(signed_in.token).session.stage == "open"
    assert signed_in.token != waiting.token
    with pytest.raises(AssertionError):
        tree.holder(waiting.token)


def test_an_answer_is_taken_once(tree, reader, make_key):
    key = make_key()
    register(tree, reader, key)
    request = begin_passkey_sign_in(tree.database, PARTY, HERE)
    answer = key.sign(request.options)
    sign_in_with_passkey(tree.database, PARTY, request.challenge_id, answer, HERE)
    with pytest.raises(PasskeyRefused):
        sign_in_with_passkey(tree.database, PARTY, request.challenge_id, answer, HERE)


def test_a_copied_key_is_noticed_by_its_counter(tree, reader, make_key):
    key = make_key()
    register(tree, reader, key)
    by_passkey(tree, key)
    key.uses = 0
    with pytest.raises(PasskeyRefused):
        by_passkey(tree, key)


def test_a_key_that_does_not_count_is_fine(tree, reader, make_key):
    key = make_key(counts=False)
    register(tree, reader, key)
    by_passkey(tree, key)
    by_passkey(tree, key)


def test_a_key_that_does_not_check_its_user_is_only_a_second_factor(tree, reader, make_key):
    key = make_key(verifies_user=False)
    register(tree, reader, key)
    with pytest.raises(PasskeyRefused):
        by_passkey(tree, key)
    waiting = tree.sign_in("reader@tn.example")
    request = begin_passkey_factor(tree.database, PARTY, waiting.token, HERE)
    give_passkey(tree.database, PARTY, waiting.token, request.challenge_id, key.sign(request.options), HERE)


def test_a_key_asked_by_another_site_is_refused(tree, reader, make_key):
    key = make_key()
    register(tree, reader, key)
    key.origin = "https://casm.agency.example.evil.test"
    with pytest.raises(PasskeyRefused):
        by_passkey(tree, key)
    key.origin, key.party_id = PARTY.origin, "evil.test"
    with pytest.raises(PasskeyRefused):
        by_passkey(tree, key)


def test_nonsense_is_refused(tree, reader, make_key):
    register(tree, reader, make_key())
    request = begin_passkey_sign_in(tree.database, PARTY, HERE)
    answers = ("", "[]", "{}", '{"rawId": 7}', '{"rawId": "AA", "id": "AA"}', "\0", "nonsense")
    for number, answer in enumerate(answers):
        for challenge_id in (request.challenge_id, uuid.uuid4()):
            with pytest.raises(PasskeyRefused):
                sign_in_with_passkey(tree.database, PARTY, challenge_id, answer, Origin(f"198.51.100.{number}"))


def test_somebody_elses_passkey_is_no_second_factor(tree, reader, make_key):
    key, foreign = make_key(), make_key()
    register(tree, reader, key)
    tree.person("other@tn.example", tree.tennessee, "agency_reader")
    register(tree, tree.sign_in("other@tn.example"), foreign)
    waiting = tree.sign_in("reader@tn.example")
    request = begin_passkey_factor(tree.database, PARTY, waiting.token, HERE)
    with pytest.raises(FactorRefused):
        give_passkey(tree.database, PARTY, waiting.token, request.challenge_id, foreign.sign(request.options), HERE)


def test_a_question_for_one_purpose_is_not_answered_for_another(tree, reader, make_key):
    key = make_key()
    register(tree, reader, key)
    waiting = tree.sign_in("reader@tn.example")
    request = begin_passkey_factor(tree.database, PARTY, waiting.token, HERE)
    with pytest.raises(PasskeyRefused):
        sign_in_with_passkey(tree.database, PARTY, request.challenge_id, key.sign(request.options), HERE)


def test_a_question_is_answered_within_five_minutes(tree, reader, make_key, as_administrator):
    key = make_key()
    register(tree, reader, key)
    request = begin_passkey_sign_in(tree.database, PARTY, HERE)
    as_administrator("UPDATE casm_gate.passkey_challenge SET expires_at = now() - interval '1 second'")
    with pytest.raises(PasskeyRefused):
        sign_in_with_passkey(tree.database, PARTY, request.challenge_id, key.sign(request.options), HERE)


def test_the_same_key_is_not_registered_twice(tree, reader, make_key):
    key = make_key()
    register(tree, reader, key)
    with pytest.raises(PasskeyRefused):
        register(tree, reader, key)
    tree.person("other@tn.example", tree.tennessee, "agency_reader")
    with pytest.raises(PasskeyRefused):
        register(tree, tree.sign_in("other@tn.example"), key)


def test_changing_factors_asks_who_it_is(tree, reader, make_key, as_administrator):
    key = make_key()
    kept, _ = register(tree, reader, key)
    as_administrator("UPDATE casm_gate.web_session SET confirmed_at = now() - interval '1 hour'")
    with pytest.raises(ConfirmationNeeded):
        register(tree, reader, make_key())
    holder = tree.holder(reader.token)
    with pytest.raises(ConfirmationNeeded), tree.gate(holder.account) as gate:
        remove_passkey(gate, holder, kept.id)


def test_a_removed_passkey_opens_nothing(tree, reader, make_key):
    key = make_key()
    kept, _ = register(tree, reader, key)
    holder = tree.holder(reader.token)
    with tree.gate(holder.account) as gate:
        remove_passkey(gate, holder, kept.id)
        assert list_passkeys(gate, holder.account.id) == []
    with pytest.raises(PasskeyRefused):
        by_passkey(tree, key)
    assert tree.sign_in("reader@tn.example").session.stage == "open"
    with pytest.raises(CasmError, match="no such passkey"), tree.gate(holder.account) as gate:
        remove_passkey(gate, holder, uuid.uuid4())


def test_a_deactivated_accounts_passkey_opens_nothing(tree, reader, make_key):
    key = make_key()
    register(tree, reader, key)
    with tree.database.gate_session(Viewer.local_administrator()) as gate:
        deactivate(gate, reader.account.id)
    with pytest.raises(PasskeyRefused):
        by_passkey(tree, key)
    assert viewer_of(reader.account).principal_id == reader.account.id
