"""Sessions: locked when idle, over in the end, listed, ended one by one or together."""

import uuid

import pytest

from casm.accounts.origin import Origin
from casm.accounts.session import end_session, end_sessions, list_sessions, look_up_session

HERE = Origin("192.0.2.7", "r9", "a browser")
AGE = "UPDATE casm_gate.web_session SET {} = now() - interval '{}'"


@pytest.fixture
def reader(tree):
    """Somebody with an account."""
    return tree.person("reader@tn.example", tree.tennessee, "agency_reader")


@pytest.mark.parametrize(
    ("change", "open_then"),
    [
        (AGE.format("last_seen_at", "29 minutes"), True),
        (AGE.format("last_seen_at", "31 minutes"), False),
        ("UPDATE casm_gate.web_session SET created_at = created_at - interval '11:59', "
         "expires_at = expires_at - interval '11:59'", True),
        ("UPDATE casm_gate.web_session SET created_at = created_at - interval '12:01', "
         "expires_at = expires_at - interval '12:01'", False),
        (AGE.format("ended_at", "1 second"), False),
        ("UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now()", False),
    ],
)  # fmt: skip
def test_a_session_is_open_for_its_time(tree, reader, as_administrator, change, open_then):
    token = tree.sign_in("reader@tn.example").token
    as_administrator(change)
    assert (look_up_session(tree.database, token, HERE) is not None) == open_then


def test_use_keeps_a_session_awake(tree, reader, as_administrator):
    token = tree.sign_in("reader@tn.example").token
    for _ in range(3):
        as_administrator(AGE.format("last_seen_at", "20 minutes"))
        assert look_up_session(tree.database, token, HERE)
    [(idle,)] = as_administrator("SELECT now() - last_seen_at < interval '1 minute' FROM casm_gate.web_session")
    assert idle


def test_what_is_no_token_opens_nothing(tree, reader):
    tree.sign_in("reader@tn.example")
    for token in ("", "nothing", "\0", "x" * 10_000):
        assert look_up_session(tree.database, token, HERE) is None


def test_sessions_are_listed_with_where_they_come_from_and_ended(tree, reader, events):
    first = tree.sign_in("reader@tn.example", origin=Origin("192.0.2.1", "r", "Firefox\x00\n"))
    second = tree.sign_in("reader@tn.example")
    with tree.gate(reader) as gate:
        assert {(one.address, one.user_agent) for one in list_sessions(gate, reader.id)} == {
            ("192.0.2.1", "Firefox"), ("192.0.2.7", "a browser"),
        }  # fmt: skip
        assert end_session(gate, reader, first.session.id)
        assert not end_session(gate, reader, first.session.id)
        assert not end_session(gate, reader, uuid.uuid4())
    assert events()[-1][:2] == ("reader@tn.example", "ended session")
    assert look_up_session(tree.database, first.token, HERE) is None
    assert look_up_session(tree.database, second.token, HERE)


def test_nobody_ends_the_session_of_another(tree, reader):
    other = tree.person("other@tn.example", tree.tennessee, "agency_reader")
    token = tree.sign_in("reader@tn.example")
    with tree.gate(other) as gate:
        assert not end_session(gate, other, token.session.id)
    assert look_up_session(tree.database, token.token, HERE)


def test_all_but_one_are_ended_together(tree, reader):
    tokens = [tree.sign_in("reader@tn.example") for _ in range(3)]
    with tree.gate(reader) as gate:
        assert end_sessions(gate, reader.id, but=tokens[1].session.id) == 2
    assert [look_up_session(tree.database, one.token, HERE) is not None for one in tokens] == [False, True, False]
