"""Codes from an app and recovery codes: each taken once, asked of who has them, demanded of who must have them."""

import time
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from casm.accounts import totp
from casm.accounts.account import viewer_of
from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.recovery_code import count_recovery_codes
from casm.accounts.second_factor import (
    finish_set_up,
    new_recovery_codes,
    remove_totp,
    reset_second_factor,
    roles_that_need_one,
)
from casm.accounts.session import look_up_session
from casm.accounts.sign_in import FactorRefused, give_recovery_code, give_totp
from casm.accounts.throttle import ATTEMPTS, TooManyAttempts
from casm.accounts.totp import begin_totp, check_totp, confirm_totp, pending_totp
from casm.errors import CasmError

HERE = Origin("192.0.2.7")
STEP = 59_000_000


@pytest.fixture
def reader(tree):
    """Somebody who may do without a second factor."""
    return tree.person("reader@tn.example", tree.tennessee, "agency_reader")


@pytest.fixture(autouse=True)
def still_clock(monkeypatch):
    """One time step for the whole test, so that none ends in the middle of it."""
    monkeypatch.setattr(totp, "current_step", lambda _gate: STEP)


def test_the_step_is_the_one_of_rfc_6238(tree, monkeypatch):
    monkeypatch.undo()
    with tree.database.gate_session(gatekeeper()) as gate:
        before = int(time.time()) // 30
        step = totp.current_step(gate)
        assert before <= step <= int(time.time()) // 30


def steps_on(generator: pyotp.TOTP, steps: int) -> str:
    """The code of a time step so many after now."""
    return generator.generate_otp(STEP + steps)


def set_up(tree, token: str):
    """Set codes up as a person would, by the code before the present one; the generator and what was handed out."""
    holder = tree.holder(token)
    with tree.gate(holder.account) as gate:
        generator = pyotp.TOTP(begin_totp(gate, holder).secret)
    with tree.gate(holder.account) as gate:
        confirm_totp(gate, holder, steps_on(generator, -1))
        return generator, finish_set_up(gate, holder)


def test_codes_are_asked_for_after_the_password_and_taken_once(tree, reader):
    first = tree.sign_in("reader@tn.example")
    generator, handed = set_up(tree, first.token)
    assert len(set(handed.recovery_codes)) == 10
    waiting = tree.sign_in("reader@tn.example")
    assert waiting.session.stage == "second_factor"
    code = steps_on(generator, 0)
    signed_in = give_totp(tree.database, waiting.token, f" {code[:3]} {code[3:]} ", HERE)
    assert tree.holder(signed_in.token).viewer() is not None
    again = tree.sign_in("reader@tn.example")
    with pytest.raises(FactorRefused):
        give_totp(tree.database, again.token, code, HERE)
    with pytest.raises(FactorRefused):
        give_totp(tree.database, again.token, steps_on(generator, -1), HERE)
    give_totp(tree.database, again.token, steps_on(generator, 1), HERE)


def test_the_setup_can_be_shown_again_until_it_is_confirmed(tree, reader):
    holder = tree.holder(tree.sign_in("reader@tn.example").token)
    with tree.gate(reader) as gate:
        shown = begin_totp(gate, holder)
        assert pending_totp(gate, reader) == shown
        told = parse_qs(urlsplit(shown.uri).query)
        assert told["secret"] == [shown.secret]
        assert told["issuer"] == ["CASM"]
        assert shown.secret not in repr(shown)
        assert not check_totp(gate, reader.id, steps_on(pyotp.TOTP(shown.secret), 0))
    assert tree.sign_in("reader@tn.example").session.stage == "open"
    with pytest.raises(CasmError, match="does not fit"), tree.gate(reader) as gate:
        confirm_totp(gate, holder, "000000" if steps_on(pyotp.TOTP(shown.secret), 0) != "000000" else "000001")
    with tree.gate(reader) as gate:
        confirm_totp(gate, holder, steps_on(pyotp.TOTP(shown.secret), 0))
        assert pending_totp(gate, reader) is None
        with pytest.raises(CasmError, match="set up already"):
            begin_totp(gate, holder)


def test_nonsense_is_no_code(tree, reader):
    generator, _ = set_up(tree, tree.sign_in("reader@tn.example").token)
    waiting = tree.sign_in("reader@tn.example")
    for code in ("", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "\0" * 6, "9" * 5000):
        with pytest.raises(FactorRefused):
            give_totp(tree.database, waiting.token, code, HERE)
    assert give_totp(tree.database, waiting.token, steps_on(generator, 0), HERE).session.stage == "open"


def test_codes_far_from_now_are_refused(tree, reader):
    generator, _ = set_up(tree, tree.sign_in("reader@tn.example").token)
    waiting = tree.sign_in("reader@tn.example")
    for steps in (-4, 4):
        with pytest.raises(FactorRefused):
            give_totp(tree.database, waiting.token, steps_on(generator, steps), HERE)


def test_codes_are_not_guessed(tree, reader):
    generator, _ = set_up(tree, tree.sign_in("reader@tn.example").token)
    for number in range(ATTEMPTS):
        waiting = tree.sign_in("reader@tn.example", origin=Origin(f"198.51.100.{number}"))
        with pytest.raises(FactorRefused):
            give_totp(tree.database, waiting.token, "nothing", Origin(f"198.51.100.{number}"))
    with pytest.raises(TooManyAttempts):
        give_totp(tree.database, waiting.token, steps_on(generator, 0), HERE)


def test_a_recovery_code_is_taken_once_however_it_is_typed(tree, reader):
    _, handed = set_up(tree, tree.sign_in("reader@tn.example").token)
    code = handed.recovery_codes[0]
    waiting = tree.sign_in("reader@tn.example")
    typed = code.lower().replace("-", " ").replace("o", "0").replace("i", "1")
    assert give_recovery_code(tree.database, waiting.token, typed, HERE).session.stage == "open"
    with tree.gate(reader) as gate:
        assert count_recovery_codes(gate, reader.id) == 9
    waiting = tree.sign_in("reader@tn.example")
    with pytest.raises(FactorRefused):
        give_recovery_code(tree.database, waiting.token, code, HERE)


def test_recovery_codes_are_kept_as_hashes_and_replaced_together(tree, reader, as_administrator):
    token = tree.sign_in("reader@tn.example").token
    _, handed = set_up(tree, token)
    assert handed.recovery_codes[0].replace("-", "") not in str(
        as_administrator("SELECT * FROM casm_gate.recovery_code")
    )
    with tree.gate(reader) as gate:
        fresh = new_recovery_codes(gate, tree.holder(token))
    assert not set(fresh) & set(handed.recovery_codes)
    waiting = tree.sign_in("reader@tn.example")
    with pytest.raises(FactorRefused):
        give_recovery_code(tree.database, waiting.token, handed.recovery_codes[1], HERE)
    give_recovery_code(tree.database, waiting.token, fresh[1], HERE)


def test_an_administrative_manager_must_set_one_up_first(tree):
    tree.person("swic@tn.example", tree.tennessee, "administrative_manager")
    signed_in = tree.sign_in("swic@tn.example")
    assert signed_in.session.stage == "set_up_second_factor"
    assert tree.holder(signed_in.token).viewer() is None
    with pytest.raises(CasmError, match="No second factor"), tree.gate(signed_in.account) as gate:
        finish_set_up(gate, tree.holder(signed_in.token))
    _, handed = set_up(tree, signed_in.token)
    assert look_up_session(tree.database, signed_in.token, HERE) is None
    holder = tree.holder(handed.token)
    assert holder.viewer() == viewer_of(signed_in.account)
    with pytest.raises(CasmError, match="your last"), tree.gate(holder.account) as gate:
        remove_totp(gate, holder)


def test_a_setting_says_who_must_have_one(tree, reader, monkeypatch):
    assert roles_that_need_one({}) == {"administrative_manager"}
    assert roles_that_need_one({"CASM_SECOND_FACTOR_ROLES": "none"}) == frozenset()
    monkeypatch.setenv("CASM_SECOND_FACTOR_ROLES", "auditor, agency_reader")
    assert tree.sign_in("reader@tn.example").session.stage == "set_up_second_factor"
    tree.person("swic@tn.example", tree.tennessee, "administrative_manager")
    assert tree.sign_in("swic@tn.example").session.stage == "open"


def test_who_may_do_without_may_give_it_up(tree, reader):
    token = tree.sign_in("reader@tn.example").token
    set_up(tree, token)
    with tree.gate(reader) as gate:
        remove_totp(gate, tree.holder(token))
        assert count_recovery_codes(gate, reader.id) == 0
        with pytest.raises(CasmError, match="you have none"):
            new_recovery_codes(gate, tree.holder(token))
    assert tree.sign_in("reader@tn.example").session.stage == "open"


def test_a_manager_resets_what_was_lost(tree, reader, events):
    manager = tree.person("swic@tn.example", tree.tennessee, "administrative_manager")
    token = tree.sign_in("reader@tn.example").token
    set_up(tree, token)
    with tree.gate(manager) as gate:
        reset_second_factor(gate, reader.id)
    assert events()[-1] == ("swic@tn.example", "reset second factor", str(reader.id))
    assert look_up_session(tree.database, token, HERE) is None
    assert tree.sign_in("reader@tn.example").session.stage == "open"


def test_nobody_resets_factors_beyond_what_he_rules(tree, reader):
    county = tree.person("chief@campbell.example", tree.campbell, "administrative_manager")
    neighbour = tree.person("swic@ky.example", tree.kentucky, "administrative_manager")
    # At home in the county, but the state's manager as well: not the county's to rule.
    above = tree.person("deputy@campbell.example", tree.campbell, "agency_reader")
    tree.promote(above, tree.tennessee)
    for asker, target in ((county, reader), (neighbour, reader), (reader, county), (county, above)):
        with pytest.raises(CasmError, match="no such account"), tree.gate(asker) as gate:
            reset_second_factor(gate, target.id)
