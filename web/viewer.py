"""On whose behalf a request reads and writes."""

import functools
import ipaddress
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ParamSpec, TypeVar

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from casm.sharing.viewer import Viewer
from web.config import web_config

P = ParamSpec("P")
R = TypeVar("R")


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
    """Who asks, or None; looked up once in a request and never kept beyond it."""
    if "viewer" not in g:
        g.viewer = _local_viewer()
    return g.viewer


def viewer_session() -> AbstractContextManager[Session]:
    """A session of the asker's: committed at the end, rolled back on an error."""
    return web_config().database.session(current_viewer())


def sign_in_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view run only for somebody."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        current_viewer()
        return view(*args, **kwargs)

    return guarded


def request_origin() -> str:
    """From where this request came: the client's address and the request's own id, for the audit."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return f"{request.remote_addr or 'unknown'} {g.request_id}"


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
