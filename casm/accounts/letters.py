"""What is written to people: an invitation, an approval, a password reset, a word that something was changed."""

from casm.accounts.account import Account
from casm.mail.letter import Letter
from casm.mail.mailer import Mailer

INVITATION_PATH = "/account/invitation/"
RESET_PATH = "/account/reset/"
SIGN_IN_PATH = "/sign-in"
WAITING_PATH = "/people/waiting"


def invitation(mailer: Mailer, account: Account, token: str, *, owner: str, role: str, inviter: str) -> Letter:
    """The letter with the link that makes an invitation into an account."""
    return Letter(
        account.email,
        "Your invitation to CASM",
        f"""{account.name},

{inviter} invites you to CASM, the inventory of public-safety communications,
as {role} of {owner}.

Open this link within 7 days to choose a password. It can be used once.

{mailer.link(INVITATION_PATH + token)}

If you do not know what this is about, do nothing.
""",
    )


def reset(mailer: Mailer, account: Account, token: str) -> Letter:
    """The letter with the link that sets a new password."""
    return Letter(
        account.email,
        "A new password for CASM",
        f"""{account.name},

somebody, hopefully you, asked for a new password for your account.

Open this link within 30 minutes to choose one. It can be used once.

{mailer.link(RESET_PATH + token)}

If it was not you, do nothing: your password stays as it is.
""",
    )


def waiting(mailer: Mailer, approver: Account, account: Account) -> Letter:
    """To who approves: an invitation was accepted and waits."""
    return Letter(
        approver.email,
        "An account waits for your approval",
        f"""{approver.name},

{account.name} ({account.email}) was invited, has accepted, and waits for
your approval:

{mailer.link(WAITING_PATH)}
""",
    )


def approved(mailer: Mailer, account: Account) -> Letter:
    """To who waited: the account is open."""
    return Letter(
        account.email,
        "Your account is approved",
        f"""{account.name},

your account was approved. You can sign in:

{mailer.link(SIGN_IN_PATH)}
""",
    )
