"""Signing in by password: who gets in, who does not, and that nothing tells which addresses have accounts."""

import pytest
from sqlalchemy import event

from casm.accounts import password as passwords
from casm.accounts.origin import Origin
from casm.accounts.session import look_up_session, sign_out
from casm.accounts.sign_in import AwaitingApproval, SignInRefused
from casm.accounts.throttle import TooManyAttempts


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
