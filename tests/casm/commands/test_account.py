"""`casm account`: from an empty database to people who sign in, by the command line alone."""

import pytest
from click.testing import CliRunner

from casm.accounts.origin import Origin
from casm.accounts.password_reset import find_reset
from casm.accounts.session import look_up_session
from casm.accounts.sign_in import SignInRefused, sign_in_with_password
from casm.commands import account as account_command
from web.cli import cli

PASSWORD = "walnut-lantern-57-brook"
HERE = Origin("192.0.2.7")


@pytest.fixture
def casm(database_urls, monkeypatch):
    """Run the command on this test's database."""
    monkeypatch.setattr(account_command, "locate_database", lambda *_args, **_options: database_urls)
    for name in ("CASM_SMTP_URL", "CASM_MAIL_FROM", "CASM_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, typed: str | None = None):
        return CliRunner().invoke(cli, ["account", *arguments], input=typed)

    return run


def test_the_first_administrator_by_a_link(casm, database):
    made = casm("first-administrator", "boss@agency.example", "--name", "The Boss")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("http://127.0.0.1:8080/account/invitation/")
    assert "CASM_SMTP_URL is not set" in made.stderr
    assert casm("list").stdout.split("\t")[:2] == ["boss@agency.example", "invited"]


def test_the_first_administrator_by_a_password_typed_here(casm, database):
    made = casm("first-administrator", "boss@agency.example", "--password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    signed_in = sign_in_with_password(database, "boss@agency.example", PASSWORD, HERE)
    assert signed_in.session.stage == "set_up_second_factor"
    again = casm("first-administrator", "other@agency.example")
    assert "There is an administrator already" in str(again.exception)
    assert casm("first-administrator", "other@agency.example", "--another").exit_code == 0
    told = [line.split("\t")[:2] for line in casm("list").stdout.splitlines()]
    assert told == [["boss@agency.example", "active"], ["other@agency.example", "invited"]]


def test_a_weak_password_is_refused_and_can_be_typed_again(casm, database):
    refused = casm("first-administrator", "boss@agency.example", "--password", typed="password1234\npassword1234\n")
    assert "guessed first" in str(refused.exception)
    again = casm("first-administrator", "boss@agency.example", "--password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert again.exit_code == 0, again.output


def test_people_are_invited_shut_and_helped(casm, database):
    casm("first-administrator", "boss@agency.example", "--password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    token = sign_in_with_password(database, "boss@agency.example", PASSWORD, HERE).token
    invited = casm("invite", "new@agency.example", "--name", "New", "--owner", "us", "--role", "agency_reader")
    assert "/account/invitation/" in invited.stdout, invited.output
    assert "no owner us.zz" in str(
        casm("invite", "a@b.example", "--name", "A", "--owner", "us.zz", "--role", "auditor").exception
    )
    assert casm("reset-second-factor", "boss@agency.example").exit_code == 0
    assert look_up_session(database, token, HERE) is None
    link = casm("reset-password", "boss@agency.example").stdout.strip()
    assert link.startswith("http://127.0.0.1:8080/account/reset/")
    assert find_reset(database, link.rpartition("/")[2], HERE).email == "boss@agency.example"
    assert "not active" in str(casm("reset-password", "new@agency.example").exception)
    assert casm("deactivate", "Boss@agency.example").exit_code == 0
    with pytest.raises(SignInRefused):
        sign_in_with_password(database, "boss@agency.example", PASSWORD, HERE)
    assert "no account nobody@agency.example" in str(casm("deactivate", "nobody@agency.example").exception)
