"""API tokens: shown once, ended in time, never above the rights of whose they are."""

import uuid

import pytest
from sqlalchemy import text

from casm.accounts.account import viewer_of
from casm.accounts.api_token import (
    MOST_TOKENS,
    list_api_tokens,
    make_api_token,
    revoke_api_token,
    viewer_of_api_token,
)
from casm.accounts.deactivation import deactivate
from casm.accounts.origin import Origin
from casm.errors import CasmError
from casm.sharing.members import end_membership, list_memberships
from casm.sharing.viewer import FIELD_CLASSES, Viewer

HERE = Origin("192.0.2.7", "r1", "curl")


@pytest.fixture
def editor(tree):
    """Somebody who may write the county's rows and see every field."""
    return tree.person("editor@campbell.example", tree.campbell, "agency_editor", fields=FIELD_CLASSES)


def make(tree, account, **options):
    with tree.gate(account) as gate:
        return make_api_token(gate, account, **{"name": "script", "days": 30} | options)


def owners(tree, viewer, function: str, *arguments: str) -> set:
    """What the database says a viewer may do: the owners a function of the wall names."""
    asked = ", ".join(f"'{argument}'" for argument in arguments)
    with tree.database.session(viewer) as session:
        return set(session.execute(text(f"SELECT unnest(casm_sec.{function}({asked}))")).scalars())


def test_a_token_reads_for_its_account_and_does_not_write(tree, editor, as_administrator):
    made = make(tree, editor)
    assert made.text.startswith(f"casm_{made.token.key_id}_")
    assert made.text not in repr(made)
    assert made.text.rpartition("_")[2] not in str(as_administrator("SELECT * FROM casm_gate.api_token"))
    viewer = viewer_of_api_token(tree.database, made.text, HERE)
    assert (viewer.principal_kind, viewer.principal_id) == ("token", made.token.id)
    assert tree.campbell in owners(tree, viewer, "visible_owners", "site", "public")
    assert tree.campbell not in owners(tree, viewer, "visible_owners", "contact", "contact")
    assert owners(tree, viewer, "writable_owners") == set()


def test_scope_is_the_lesser_of_token_and_account(tree, editor):
    wide = make(tree, editor, may_write=True, field_classes=FIELD_CLASSES, asset_classes=["site"])
    viewer = viewer_of_api_token(tree.database, wide.text, HERE)
    assert tree.campbell in owners(tree, viewer, "writable_owners", "site", "public")
    assert owners(tree, viewer, "writable_owners", "station", "public") == set()
    assert tree.campbell not in owners(tree, viewer, "visible_owners", "station", "public")
    reader = tree.person("reader@campbell.example", tree.campbell, "agency_reader")
    greedy = make(tree, reader, may_write=True, field_classes=FIELD_CLASSES)
    viewer = viewer_of_api_token(tree.database, greedy.text, HERE)
    assert owners(tree, viewer, "writable_owners") == set()
    assert tree.campbell not in owners(tree, viewer, "visible_owners", "contact", "contact")


def test_a_token_shrinks_with_its_accounts_rights(tree, editor):
    viewer = viewer_of_api_token(tree.database, make(tree, editor).text, HERE)
    assert tree.campbell in owners(tree, viewer, "visible_owners", "site", "public")
    with tree.database.session(Viewer.local_administrator()) as session:
        (row,) = [row for row in list_memberships(session) if row.membership.account_id == editor.id]
        end_membership(session, row.membership.id)
    assert tree.campbell not in owners(tree, viewer, "visible_owners", "site", "public")


def test_a_managers_token_manages_nothing(tree):
    manager = tree.person("swic@tn.example", tree.tennessee, "administrative_manager")
    viewer = viewer_of_api_token(tree.database, make(tree, manager, may_write=True).text, HERE)
    assert owners(tree, viewer, "managed_owners") == set()
    assert owners(tree, viewer_of(manager), "managed_owners") == {tree.tennessee, tree.campbell}
    with tree.database.gate_session(viewer) as gate:
        assert gate.execute(text("SELECT casm_gate.managed_owners()")).scalar_one() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE casm_gate.api_token SET created_at = created_at - interval '31 days', "
        "expires_at = expires_at - interval '31 days'",
        "UPDATE casm_gate.api_token SET revoked_at = now()",
        "UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now()",
        "UPDATE casm_gate.account SET state = 'awaiting_approval'",
    ],
)
def test_a_dead_token_opens_nothing_and_an_open_transaction_sees_nothing_more(tree, editor, as_administrator, change):
    made = make(tree, editor)
    viewer = viewer_of_api_token(tree.database, made.text, HERE)
    with tree.database.session(viewer) as session:
        asked = text("SELECT :owner = ANY (casm_sec.visible_owners('site', 'public'))")
        assert session.scalar(asked, {"owner": tree.campbell})
        as_administrator(change)
        assert not session.scalar(asked, {"owner": tree.campbell})
    assert viewer_of_api_token(tree.database, made.text, HERE) is None


def test_deactivation_ends_tokens_in_its_own_transaction(tree, editor):
    made = make(tree, editor)
    with tree.database.gate_session(Viewer.local_administrator()) as gate:
        deactivate(gate, editor.id)
    assert viewer_of_api_token(tree.database, made.text, HERE) is None
    with tree.gate(editor) as gate:
        assert list_api_tokens(gate, editor.id) == []
        assert [one.id for one in list_api_tokens(gate, editor.id, ended=True)] == [made.token.id]


def test_what_is_no_token_opens_nothing(tree, editor):
    made = make(tree, editor)
    key_id = made.token.key_id
    other = make(tree, editor)
    crossed, unknown = f"casm_{key_id}_{other.text.rpartition('_')[2]}", f"casm_{'a' * 12}_{'b' * 43}"
    cut, longer, louder = made.text[:-1], made.text + "x", made.text.upper()
    for text_ in ("", "casm__", f"casm_{key_id}_", cut, longer, louder, "\0", crossed, unknown, "x" * 100_000):
        assert viewer_of_api_token(tree.database, text_, HERE) is None
    assert viewer_of_api_token(tree.database, made.text, HERE)


def test_last_use_is_noted(tree, editor):
    made = make(tree, editor)
    viewer_of_api_token(tree.database, made.text, Origin("192.0.2.44"))
    with tree.gate(editor) as gate:
        (token,) = list_api_tokens(gate, editor.id)
        assert (token.last_used_address, token.last_used_at is not None) == ("192.0.2.44", True)


def test_a_token_is_revoked_by_whose_it_is(tree, editor, events):
    made = make(tree, editor)
    other = tree.person("other@campbell.example", tree.campbell, "agency_editor")
    with pytest.raises(CasmError, match="no such token"), tree.gate(other) as gate:
        revoke_api_token(gate, other, made.token.id)
    with tree.gate(editor) as gate:
        revoke_api_token(gate, editor, made.token.id)
        revoke_api_token(gate, editor, made.token.id)
        with pytest.raises(CasmError, match="no such token"):
            revoke_api_token(gate, editor, uuid.uuid4())
    assert viewer_of_api_token(tree.database, made.text, HERE) is None
    assert events()[-1] == ("editor@campbell.example", "revoked api token", str(made.token.id))
    assert events()[-2][1] != "revoked api token"


def test_bad_input_names_its_field(tree, editor):
    for options, said in (
        ({"name": " "}, "^Name:"), ({"name": "x" * 101}, "^Name:"), ({"days": 0}, "^Days:"), ({"days": 366}, "^Days:"),
        ({"asset_classes": []}, "^Layers:"), ({"asset_classes": ["secrets"]}, "^Layers:"),
        ({"field_classes": ["keys"]}, "^Details:"),
    ):  # fmt: skip
        with pytest.raises(CasmError, match=said):
            make(tree, editor, **options)


def test_nobody_has_tokens_without_number(tree, editor, as_administrator):
    as_administrator(
        "INSERT INTO casm_gate.api_token (id, account_id, key_id, secret_sha256, name, expires_at) "
        "SELECT gen_random_uuid(), %s, lpad(n::text, 12, 'a'), sha256('x'), 'n', now() + interval '1 day' "
        "FROM generate_series(1, %s) n",
        str(editor.id),
        MOST_TOKENS,
    )
    with pytest.raises(CasmError, match="50 tokens"):
        make(tree, editor)
