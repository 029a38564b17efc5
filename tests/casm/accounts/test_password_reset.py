"""New passwords: by mail, alike for whom there is an account and for whom there is none; and by the old one."""

import pytest
from statements import statements_sent

from casm.accounts.account import viewer_of
from casm.accounts.api_token import make_api_token, viewer_of_api_token
from casm.accounts.origin import Origin
from casm.accounts.password_reset import LinkSpent, change_password, find_reset, finish_reset, request_reset
from casm.accounts.session import look_up_session
from casm.accounts.sign_in import SignInRefused
from casm.accounts.throttle import ATTEMPTS, TooManyAttempts
from casm.errors import CasmError

HERE = Origin("192.0.2.7", "r1", "a browser")
NEW = "granite-orchard-93-heron"


@pytest.fixture
def reader(tree):
    """Somebody with an account."""
    account = tree.person("reader@tn.example", tree.tennessee, "agency_reader")
    tree.post.letters.clear()
    return account


def ask(tree, email="reader@tn.example", number=1) -> str:
    request_reset(tree.database, tree.post, email, Origin(f"198.51.100.{number}"))
    return tree.post.token()


def test_the_link_sets_a_new_password_and_ends_what_was_open(tree, reader, events):
    session = tree.sign_in("reader@tn.example").token
    with tree.gate(reader) as gate:
        token = make_api_token(gate, reader, name="script", days=30).text
    link = ask(tree)
    assert tree.post.letters[-1].to == "reader@tn.example"
    assert f"https://casm.agency.example/account/reset/{link}\n" in tree.post.letters[-1].text
    assert find_reset(tree.database, link, HERE).id == reader.id
    finish_reset(tree.database, link, NEW, HERE)
    assert look_up_session(tree.database, session, HERE) is None
    assert viewer_of_api_token(tree.database, token, HERE) is None
    with pytest.raises(SignInRefused):
        tree.sign_in("reader@tn.example")
    assert tree.sign_in("reader@tn.example", NEW).session.stage == "open"
    assert [(actor, action) for actor, action, _ in events()[-4:-2]] == [
        ("sign-in", "asked for password reset"), ("reader@tn.example", "reset password"),
    ]  # fmt: skip


def test_a_link_is_good_once(tree, reader):
    link = ask(tree)
    finish_reset(tree.database, link, NEW, HERE)
    for act in (lambda: find_reset(tree.database, link, HERE), lambda: finish_reset(tree.database, link, NEW, HERE)):
        with pytest.raises(LinkSpent):
            act()


def test_only_the_newest_link_is_good_and_for_half_an_hour(tree, reader, as_administrator):
    old, new = ask(tree), ask(tree)
    with pytest.raises(LinkSpent):
        find_reset(tree.database, old, HERE)
    age = "UPDATE casm_gate.password_reset SET created_at = created_at - interval %s, "
    age += "expires_at = expires_at - interval %s"
    as_administrator(age, "29 minutes", "29 minutes")
    find_reset(tree.database, new, HERE)
    as_administrator(age, "1 minute", "1 minute")
    with pytest.raises(LinkSpent):
        finish_reset(tree.database, new, NEW, HERE)


def test_a_weak_password_leaves_the_link_good(tree, reader):
    link = ask(tree)
    with pytest.raises(CasmError, match="fewer than 12"):
        finish_reset(tree.database, link, "short", HERE)
    finish_reset(tree.database, link, NEW, HERE)


def test_the_secret_of_a_link_is_kept_nowhere(tree, reader, as_administrator):
    link = ask(tree)
    assert link not in str(as_administrator("SELECT * FROM casm_gate.password_reset"))
    assert link not in str(as_administrator("SELECT * FROM casm.audit_event"))
    assert link not in repr(tree.post.letters)


def statements_of(tree, email: str, number: int) -> list[str]:
    """What is executed for one request."""
    with statements_sent(tree.database.gate_engine) as executed:
        assert request_reset(tree.database, tree.post, email, Origin(f"198.51.100.{number}")) is None
    return executed


def test_nothing_tells_whether_an_address_has_an_account(tree, reader):
    emails = ["reader@tn.example", "nobody@tn.example", "no address", "", "x\0"]
    executed = [statements_of(tree, email, number) for number, email in enumerate(emails, 1)]
    assert len(executed[0]) > 5
    for one in executed[1:]:
        assert one == executed[0]
    assert [letter.to for letter in tree.post.letters] == ["reader@tn.example"]


def test_nobody_is_flooded_with_letters(tree, reader):
    for number in range(ATTEMPTS):
        ask(tree, number=number)
    with pytest.raises(TooManyAttempts):
        ask(tree, number=99)
    assert len(tree.post.letters) == ATTEMPTS


def test_the_old_password_sets_a_new_one_and_ends_other_sessions(tree, reader):
    kept, other = tree.sign_in("reader@tn.example").token, tree.sign_in("reader@tn.example").token
    link = ask(tree)
    holder = tree.holder(kept)
    with pytest.raises(SignInRefused):
        change_password(tree.database, holder, "wrong-walnut-lantern", NEW, HERE)
    with pytest.raises(CasmError, match="name or address"):
        change_password(tree.database, holder, "walnut-lantern-57-brook", "reader@tn.example", HERE)
    assert change_password(tree.database, holder, "walnut-lantern-57-brook", NEW, HERE) == 1
    assert look_up_session(tree.database, kept, HERE)
    assert look_up_session(tree.database, other, HERE) is None
    with pytest.raises(LinkSpent):
        find_reset(tree.database, link, HERE)
    assert viewer_of(reader).actor == "reader@tn.example"
