"""Invitations: into what one manages, good once, and let in by who may approve."""

import pytest
from sqlalchemy import text

from casm.accounts.account import list_accounts, viewer_of
from casm.accounts.approval import approve, decline, let_in_again, list_waiting
from casm.accounts.deactivation import deactivate
from casm.accounts.first_administrator import invite_first_administrator
from casm.accounts.invitation import (
    accept_invitation,
    accept_invitation_with_provider,
    find_invitation,
    invite,
    list_invitations,
    revoke_invitation,
)
from casm.accounts.origin import Origin
from casm.accounts.password_reset import LinkSpent
from casm.accounts.sign_in import AwaitingApproval, SignInRefused, sign_in_with_provider
from casm.errors import CasmError
from casm.mail.mailer import Mailer
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer

HERE = Origin("192.0.2.7", "r1", "a browser")
PASSWORD = "walnut-lantern-57-brook"
LOCAL = Viewer.local_administrator()


@pytest.fixture
def swic(tree):
    """The state's administrative manager."""
    return tree.person("swic@tn.example", tree.tennessee, "administrative_manager", fields=FIELD_CLASSES)


@pytest.fixture
def chief(tree, swic):
    """The county's, invited by the state's."""
    return tree.person(
        "chief@campbell.example", tree.campbell, "administrative_manager", by=viewer_of(swic), fields=FIELD_CLASSES
    )


def send(tree, by, owner_id, email="new@campbell.example", role="agency_reader", **options):
    return invite(
        tree.database, viewer_of(by), tree.post, email=email, name="New Person", owner_id=owner_id, role=role, **options
    )


def sees(tree, account, owner_id) -> bool:
    """Whether somebody sees anything of an owner."""
    with tree.database.session(viewer_of(account)) as session:
        return owner_id in session.execute(text("SELECT unnest(casm_sec.visible_owners())")).scalars().all()


def test_a_state_managers_invitation_counts_as_approval(tree, swic, events):
    invited = send(tree, swic, tree.campbell)
    assert (invited.counts_as_approval, invited.link, invited.mail_problem) == (True, None, None)
    letter = tree.post.letters[-1]
    assert letter.to == "new@campbell.example"
    assert "as Agency reader of Campbell" in letter.text
    account = accept_invitation(tree.database, tree.post, tree.post.token(), PASSWORD, HERE)
    assert (account.state, account.approved_by) == ("active", swic.id)
    assert sees(tree, account, tree.campbell)
    assert [action for _, action, _ in events()[-3:]] == ["invited", "gave a role", "accepted invitation"]


def test_a_county_managers_invitation_waits_for_the_states_approval(tree, swic, chief):
    assert not send(tree, chief, tree.campbell).counts_as_approval
    account = accept_invitation(tree.database, tree.post, tree.post.token(), PASSWORD, HERE)
    assert account.state == "awaiting_approval"
    letter = tree.post.letters[-1]
    assert (letter.to, "new@campbell.example" in letter.text) == ("swic@tn.example", True)
    assert not sees(tree, account, tree.campbell)
    with tree.gate(chief) as gate:
        assert list_waiting(gate) == []
    with pytest.raises(CasmError, match="no such account that waits"):
        approve(tree.database, viewer_of(chief), tree.post, account.id)
    with tree.gate(swic) as gate:
        assert [one.id for one in list_waiting(gate)] == [account.id]
    approve(tree.database, viewer_of(swic), tree.post, account.id)
    assert sees(tree, account, tree.campbell)
    assert tree.sign_in("new@campbell.example").session.stage == "open"
    with pytest.raises(CasmError, match="no such account that waits"):
        approve(tree.database, viewer_of(swic), tree.post, account.id)


def test_an_inviter_who_may_no_longer_approve_does_not(tree, swic):
    send(tree, swic, tree.campbell)
    link = tree.post.token()
    with tree.database.gate_session(LOCAL) as gate:
        deactivate(gate, swic.id)
    assert accept_invitation(tree.database, tree.post, link, PASSWORD, HERE).state == "awaiting_approval"


def test_who_is_declined_can_be_let_in_again_by_who_approves(tree, swic, chief):
    send(tree, chief, tree.campbell)
    account = accept_invitation(tree.database, tree.post, tree.post.token(), PASSWORD, HERE)
    with tree.gate(swic) as gate:
        assert decline(gate, account.id).state == "deactivated"
    with pytest.raises(CasmError, match="not yours to let in again"):
        let_in_again(tree.database, viewer_of(chief), tree.post, account.id)
    assert let_in_again(tree.database, viewer_of(swic), tree.post, account.id).state == "active"


@pytest.mark.parametrize("where", ["tennessee", "kentucky", "nation"])
def test_nobody_invites_beyond_what_he_manages(tree, chief, where):
    owner_id = NATION_OWNER_ID if where == "nation" else getattr(tree, where)
    before = len(tree.post.letters)
    with pytest.raises(CasmError, match="do not manage"):
        send(tree, chief, owner_id)
    assert len(tree.post.letters) == before


def test_only_managers_invite(tree, swic):
    for role in ("agency_editor", "agency_reader", "auditor", "partner"):
        account = tree.person(f"{role}@tn.example", tree.tennessee, role)
        with pytest.raises(CasmError, match="do not manage"):
            send(tree, account, tree.tennessee)


def test_a_role_that_cannot_be_given_leaves_no_good_link(tree, swic):
    with pytest.raises(CasmError, match="cannot have these details"):
        send(tree, swic, tree.campbell, role="partner", field_classes=("contact",))
    assert all(letter.to != "new@campbell.example" for letter in tree.post.letters)
    with tree.gate(swic) as gate:
        assert list_invitations(gate) == []
    send(tree, swic, tree.campbell)
    assert accept_invitation(tree.database, tree.post, tree.post.token(), PASSWORD, HERE).state == "active"


def test_bad_input_names_its_field(tree, swic):
    for field, value in (
        ("email", "x"), ("email", "a@b\r\nBcc: c@d.e"), ("email", "a|b@c.d"), ("email", "ä@c.d"), ("name", ""),
        ("name", "a|b"), ("name", "a\0b"), ("role", "root"),
    ):  # fmt: skip
        given = {"email": "new@campbell.example", "name": "New Person", "role": "agency_reader"} | {field: value}
        with pytest.raises(CasmError, match=rf"(?i)^{'e-mail' if field == 'email' else field}:"):
            invite(tree.database, viewer_of(swic), tree.post, owner_id=tree.campbell, **given)


def test_the_same_person_again_gets_a_new_link_and_the_old_is_void(tree, swic):
    first = send(tree, swic, tree.campbell)
    old = tree.post.token()
    second = send(tree, swic, tree.campbell, email="NEW@campbell.example")
    assert second.account.id == first.account.id
    with pytest.raises(LinkSpent):
        find_invitation(tree.database, old, HERE)
    accept_invitation(tree.database, tree.post, tree.post.token(), PASSWORD, HERE)
    with pytest.raises(CasmError, match="has an account"):
        send(tree, swic, tree.campbell)


def test_an_address_invited_elsewhere_stays_there(tree, swic):
    tree.person("new@campbell.example", tree.kentucky, "agency_reader")
    with pytest.raises(CasmError, match="invited elsewhere"):
        send(tree, swic, tree.campbell)


def test_a_link_is_good_once_and_for_a_week_and_until_revoked(tree, swic, as_administrator):
    send(tree, swic, tree.campbell)
    link = tree.post.token()
    assert link not in str(as_administrator("SELECT * FROM casm_gate.invitation"))
    with pytest.raises(CasmError, match="fewer than 12"):
        accept_invitation(tree.database, tree.post, link, "short", HERE)
    accept_invitation(tree.database, tree.post, link, PASSWORD, HERE)
    with pytest.raises(LinkSpent):
        accept_invitation(tree.database, tree.post, link, PASSWORD, HERE)
    send(tree, swic, tree.campbell, email="late@campbell.example")
    as_administrator("UPDATE casm_gate.invitation SET created_at = created_at - interval '7 days', "
                     "expires_at = expires_at - interval '7 days'")  # fmt: skip
    with pytest.raises(LinkSpent):
        find_invitation(tree.database, tree.post.token(), HERE)
    invited = send(tree, swic, tree.campbell, email="late@campbell.example")
    with tree.gate(swic) as gate:
        assert [account.id for _, account in list_invitations(gate)] == [invited.account.id]
        revoke_invitation(gate, invited.account.id)
        assert list_invitations(gate) == []
    with pytest.raises(LinkSpent):
        find_invitation(tree.database, tree.post.token(), HERE)


def test_an_agencys_own_sign_in_accepts_and_then_signs_in(tree, swic):
    send(tree, swic, tree.campbell)
    who = {"issuer": "https://login.agency.example", "subject": "s-1"}
    with pytest.raises(SignInRefused):
        sign_in_with_provider(tree.database, **who, second_factor_given=True, origin=HERE)
    account = accept_invitation_with_provider(tree.database, tree.post, tree.post.token(), **who, origin=HERE)
    assert account.state == "active"
    signed_in = sign_in_with_provider(tree.database, **who, second_factor_given=True, origin=HERE)
    assert (signed_in.account.id, signed_in.session.method) == (account.id, "provider")
    with pytest.raises(SignInRefused):
        tree.sign_in("new@campbell.example", "")
    send(tree, swic, tree.campbell, email="other@campbell.example")
    with pytest.raises(CasmError, match="belongs to another account"):
        accept_invitation_with_provider(tree.database, tree.post, tree.post.token(), **who, origin=HERE)


def test_a_provider_that_gave_no_second_factor_leaves_it_to_us(tree, swic):
    send(tree, swic, tree.campbell, role="administrative_manager")
    who = {"issuer": "https://login.agency.example", "subject": "s-2"}
    accept_invitation_with_provider(tree.database, tree.post, tree.post.token(), **who, origin=HERE)
    asked = sign_in_with_provider(tree.database, **who, second_factor_given=False, origin=HERE)
    assert asked.session.stage == "set_up_second_factor"
    given = sign_in_with_provider(tree.database, **who, second_factor_given=True, origin=HERE)
    assert given.session.stage == "open"


def test_who_waits_cannot_get_in_by_a_provider_either(tree, chief):
    send(tree, chief, tree.campbell)
    who = {"issuer": "https://login.agency.example", "subject": "s-3"}
    accept_invitation_with_provider(tree.database, tree.post, tree.post.token(), **who, origin=HERE)
    with pytest.raises(AwaitingApproval):
        sign_in_with_provider(tree.database, **who, second_factor_given=True, origin=HERE)


def test_without_a_mail_server_the_link_is_handed_back(tree, swic):
    mailer = Mailer(tree.post.settings)
    invited = invite(
        tree.database, viewer_of(swic), mailer, email="new@campbell.example", name="New Person",
        owner_id=tree.campbell, role="agency_reader",
    )  # fmt: skip
    assert "CASM_SMTP_URL is not set" in (invited.mail_problem or "")
    assert invited.link.startswith("https://casm.agency.example/account/invitation/")
    assert invited.link not in repr(invited)
    find_invitation(tree.database, invited.link.rpartition("/")[2], HERE)


def test_managers_list_those_they_rule(tree, swic, chief):
    reader = tree.person("reader@ky.example", tree.kentucky, "agency_reader")
    for asker, seen in ((swic, {swic.id, chief.id}), (chief, {chief.id}), (reader, set())):
        with tree.gate(asker) as gate:
            assert {account.id for account in list_accounts(gate)} == seen


def test_the_first_administrator_is_made_once(tree):
    asked = {"email": "first@nation.example", "name": "First"}
    invited = invite_first_administrator(tree.database, LOCAL, tree.post, **asked)
    invite_first_administrator(tree.database, LOCAL, tree.post, **asked)
    account = accept_invitation(tree.database, tree.post, tree.post.token(), PASSWORD, HERE)
    assert (account.id, account.state) == (invited.account.id, "active")
    other = {"email": "second@nation.example", "name": "Second"}
    with pytest.raises(CasmError, match="administrator already"):
        invite_first_administrator(tree.database, LOCAL, tree.post, **other)
    invite_first_administrator(tree.database, LOCAL, tree.post, **other, another=True)
    with tree.gate(account) as gate:
        assert {one.email for one in list_accounts(gate)} >= {"first@nation.example", "second@nation.example"}
