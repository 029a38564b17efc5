"""The session of the person whose account a page is about, and the accounts' store on that person's behalf."""

from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from casm.accounts.account import viewer_of
from casm.accounts.session import Holder
from web.config import web_config
from web.viewer import SignInNeeded, begun_session, request_origin


def own_holder() -> Holder:
    """Who is at this browser: signed in, or setting up the second factor that a role asks for; else SignInNeeded."""
    holder = begun_session()
    if holder is None or holder.session.stage == "second_factor":
        raise SignInNeeded
    return holder


def own_gate(holder: Holder) -> AbstractContextManager[Session]:
    """A session over the accounts in that person's own name."""
    return web_config().database.gate_session(viewer_of(holder.account, request_origin()))
