"""Deactivation ends everything an account was handed, at once and for whoever is in the middle of something."""

import pytest
from sqlalchemy import text

from casm.accounts.account import rename, ruled_account, viewer_of
from casm.accounts.api_token import make_api_token, viewer_of_api_token
from casm.accounts.deactivation import deactivate
from casm.accounts.invitation import find_invitation, invite
from casm.accounts.origin import Origin
from casm.accounts.password_reset import LinkSpent, find_reset, request_reset
from casm.accounts.session import look_up_session
from casm.accounts.sign_in import SignInRefused
from casm.errors import CasmError
from casm.sharing.viewer import Viewer

HERE = Origin("192.0.2.7", "r1", "a browser")


@pytest.fixture
def swic(tree):
    """The state's administrative manager."""
    return tree.person("swic@tn.example", tree.tennessee, "administrative_manager")


@pytest.fixture
def reader(tree):
    """Somebody of the county."""
    return tree.person("reader@campbell.example", tree.campbell, "agency_reader")


def test_everything_handed_out_ends_with_the_commit(tree, swic, reader, events):
    session = tree.sign_in("reader@campbell.example").token
    with tree.gate(reader) as gate:
        token = make_api_token(gate, reader, name="script", days=1).text
    request_reset(tree.database, tree.post, "reader@campbell.example", HERE)
    link = tree.post.token()
    with tree.database.session(viewer_of(reader)) as at_work:
        asked = text("SELECT :owner = ANY (casm_sec.visible_owners())")
        assert at_work.scalar(asked, {"owner": tree.campbell})
        with tree.gate(swic) as gate:
            deactivate(gate, reader.id)
        assert not at_work.scalar(asked, {"owner": tree.campbell})
    assert look_up_session(tree.database, session, HERE) is None
    assert viewer_of_api_token(tree.database, token, HERE) is None
    with pytest.raises(LinkSpent):
        find_reset(tree.database, link, HERE)
    with pytest.raises(SignInRefused):
        tree.sign_in("reader@campbell.example")
    before = len(tree.post.letters)
    request_reset(tree.database, tree.post, "reader@campbell.example", HERE)
    assert len(tree.post.letters) == before
    [event] = [event for event in events() if event[1] == "deactivated account" and event[2] == str(reader.id)]
    assert event[0] == "swic@tn.example"


def test_an_open_invitation_ends_too(tree, swic):
    invite(
        tree.database, viewer_of(swic), tree.post, email="new@tn.example", name="New", owner_id=tree.tennessee,
        role="agency_reader",
    )  # fmt: skip
    link = tree.post.token()
    _, account = find_invitation(tree.database, link, HERE)
    with tree.gate(swic) as gate:
        deactivate(gate, account.id)
    with pytest.raises(LinkSpent):
        find_invitation(tree.database, link, HERE)


def test_nothing_ends_when_it_is_not_committed(tree, swic, reader):
    session = tree.sign_in("reader@campbell.example").token
    with tree.gate(swic) as gate:
        deactivate(gate, reader.id)
        gate.rollback()
    assert look_up_session(tree.database, session, HERE)


def test_nobody_deactivates_himself_or_whom_he_does_not_rule(tree, swic, reader):
    chief = tree.person("chief@campbell.example", tree.campbell, "administrative_manager")
    neighbour = tree.person("swic@ky.example", tree.kentucky, "administrative_manager")
    with pytest.raises(CasmError, match="your own account"), tree.gate(swic) as gate:
        deactivate(gate, swic.id)
    for asker, target in ((neighbour, reader), (chief, swic), (reader, chief)):
        with pytest.raises(CasmError, match="no such account"), tree.gate(asker) as gate:
            deactivate(gate, target.id)
    with tree.gate(chief) as gate:
        assert deactivate(gate, reader.id).state == "deactivated"


def test_a_deactivated_manager_rules_nobody_in_an_open_transaction_either(tree, swic, reader):
    with tree.gate(swic) as gate:
        assert ruled_account(gate, reader.id).id == reader.id
        with tree.database.gate_session(Viewer.local_administrator()) as other:
            deactivate(other, swic.id)
        with pytest.raises(CasmError, match="no such account"):
            ruled_account(gate, reader.id)


def test_a_person_is_renamed(tree, reader, events):
    with tree.gate(reader) as gate:
        rename(gate, ruled_or_own(gate, reader), "  Ann   Reader ")
    assert events()[-1] == ("reader@campbell.example", "renamed account", str(reader.id))
    with tree.gate(reader) as gate:
        assert ruled_or_own(gate, reader).name == "Ann Reader"


def ruled_or_own(gate, account):
    """The account within this transaction."""
    return gate.get(type(account), account.id)
