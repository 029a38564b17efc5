"""On whose behalf a request reads and writes: somebody signed in, a program with a token, or whoever is at hand."""

import functools
import ipaddress
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import ParamSpec, TypeVar

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, Unauthorized

from casm.accounts.api_token import viewer_of_api_token
from casm.accounts.origin import Origin
from casm.accounts.session import Holder, look_up_session
from casm.sharing.leaving import leaving
from casm.sharing.standing import Standing, read_standing
from casm.sharing.viewer import LINK, Viewer
from web.browser_session import session_token
from web.config import web_config
from web.request_log import request_id

P = ParamSpec("P")
R = TypeVar("R")

BEARER = "bearer "
# What a person is told whose standing does not reach; it names no record, so it tells nothing of any.
NOT_FOR_YOU = {
    "editor": "This page is for agency editors and administrative managers.",
    "manager": "This page is for administrative managers.",
    "auditor": "This page is for auditors and administrative managers.",
}


class SignInNeeded(Unauthorized):
    """Nobody is signed in, and this address shows nothing to nobody in particular."""

    description = "Sign in first."


def current_viewer() -> Viewer:
    """Who asks; SignInNeeded when that is nobody."""
    viewer = possible_viewer()
    if viewer is None:
        raise SignInNeeded
    return viewer


def possible_viewer() -> Viewer | None:
    """Who asks, or None; looked up once in each request and never kept beyond it.

    A token that does not hold makes the request nobody's, whatever cookie comes with it.
    """
    if "viewer" not in g:
        token, holder = bearer_token(), signed_in()
        if token is not None:
            g.viewer = viewer_of_api_token(web_config().database, token, request_origin())
        elif holder is not None:
            g.viewer = holder.viewer(request_origin())
        else:
            g.viewer = _local_viewer()
    return g.viewer


@contextmanager
def viewer_session() -> Iterator[Session]:
    """A session of the asker's: committed at the end, rolled back on an error.

    Whoever comes by a share link reads nothing above its owner's ceiling, as little as in a file.
    """
    viewer = current_viewer()
    limits = leaving if viewer.principal_kind == LINK else nullcontext
    with web_config().database.session(viewer) as session, limits(session):
        yield session


def viewer_gate_session() -> AbstractContextManager[Session]:
    """A session over the accounts on the asker's behalf."""
    return web_config().database.gate_session(current_viewer())


def signed_in() -> Holder | None:
    """The open session of the person at this browser; None also while a second factor is still to be given."""
    holder = begun_session()
    return holder if holder is not None and holder.session.stage == "open" else None


def begun_session() -> Holder | None:
    """The session of this browser, also while it waits for a second factor; None for a program with a token."""
    if "holder" not in g:
        shown = None if bearer_token() is not None else session_token()
        g.holder = None if shown is None else look_up_session(web_config().database, shown, request_origin())
    return g.holder


def bearer_token() -> str | None:
    """What the request shows as an API token (RFC 6750, 2.1), unproven; only the header is looked at."""
    header = request.headers.get("Authorization", "")
    return header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER else None


def forget_asker() -> None:
    """Look the asker up anew, after this request has signed somebody in or out."""
    for name in ("viewer", "holder", "standing"):
        g.pop(name, None)


def standing() -> Standing:
    """What the asker may do at all; nothing for nobody."""
    if "standing" not in g:
        viewer = possible_viewer()
        if viewer is None:
            return Standing()
        with web_config().database.session(viewer) as session:
            g.standing = read_standing(session)
    return g.standing


def may(who: str) -> bool:
    """Whether the asker is one of those a word of web.access stands for."""
    if who in ("public", "link"):
        return True
    if who == "signed_in":
        return signed_in() is not None
    if who == "signing_in":
        return (holder := begun_session()) is not None and holder.session.stage != "second_factor"
    if who == "reader":
        return possible_viewer() is not None
    stands = standing()
    return {"editor": stands.edits, "manager": stands.manages, "auditor": stands.audits}[who]


def require_role(who: str) -> None:
    """Go on only for those a word of web.access stands for: SignInNeeded for nobody, Forbidden for others."""
    if may(who):
        return
    if possible_viewer() is None or who in ("signed_in", "signing_in"):
        raise SignInNeeded
    raise Forbidden(NOT_FOR_YOU[who])


def sign_in_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view run only for somebody."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        current_viewer()
        return view(*args, **kwargs)

    return guarded


def request_origin() -> Origin:
    """From where this request came, for the accounts and the audit."""
    return Origin(request.remote_addr or "unknown", request_id(), request.headers.get("User-Agent", ""))


def _local_viewer() -> Viewer | None:
    """Whom an anonymous request from this very machine reads as, where that was asked for."""
    viewer = web_config().local_viewer
    if viewer is None:
        return None
    try:
        near = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return None
    return viewer if near else None
