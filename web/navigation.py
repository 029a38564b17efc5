"""The links at the head of each page: where the asker may go, who is signed in, and the way out."""

import secrets
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError

from web.viewer import may, possible_viewer, signed_in, standing


@dataclass(frozen=True)
class Entry:
    """One link: what it says, the endpoint it leads to, and who is shown it (a word of web.access).

    sections: blueprints whose pages lie below it, beside that of the endpoint.
    """

    label: str
    endpoint: str
    who: str
    below: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[str, ...]:
        """Every blueprint whose pages belong to it."""
        return (self.endpoint.partition(".")[0], *self.below)


ENTRIES = (
    Entry("Map", "map_pages.map_page", "reader"),
    Entry("Dashboard", "dashboard.choose", "reader"),
    Entry("Tables", "table_page.table", "reader"),
    Entry("Answers", "answers.answers", "reader"),
    Entry("Records", "records.classes", "reader", below=("record_forms",)),
    Entry("Quality", "quality.findings", "reader", below=("merging",)),
    Entry("Proposals", "proposals.proposals", "editor"),
    Entry("Sharing", "sharing.overview", "reader"),
    Entry("People", "people.people_page", "manager", below=("owners",)),
    Entry("Audit", "audit.events", "auditor"),
)


# The page that the box at the head searches by, where there is one.
SEARCH_ENDPOINT = "search.search"
# In the place of the form's token, which is each answer's own.
TOKEN = secrets.token_urlsafe(24)


def navigation_html() -> Markup:
    """The navigation as this asker is shown it; nothing for nobody."""
    if possible_viewer() is None:
        return Markup("")
    shown = tuple(entry for entry in ENTRIES if entry.endpoint in current_app.view_functions and may(entry.who))
    holder = signed_in()
    search = SEARCH_ENDPOINT if SEARCH_ENDPOINT in current_app.view_functions else None
    name = None if holder is None else holder.account.name
    drawn = _drawn(shown, request.endpoint, request.blueprint, search, name, standing().unread)
    return Markup(drawn.replace(TOKEN, generate_csrf())) if TOKEN in drawn else Markup(drawn)


@lru_cache(maxsize=4096)
def _drawn(
    shown: tuple[Entry, ...],
    here: str | None,
    section: str | None,
    search: str | None,
    name: str | None,
    unread: int,
) -> str:
    """Drawn once for every asker of one name and as many unread notices: it may show nothing else of the request."""
    return render_template(
        "navigation.html", entries=shown, here=here, section=section, search=search, unread=unread,
        person=None if name is None else {"name": name}, csrf_token=lambda: TOKEN,
    )  # fmt: skip


def put_navigation(app: Flask) -> None:
    """Let every page of ours have it."""
    app.context_processor(lambda: {"navigation": LazyNavigation()})


class LazyNavigation:
    """Made only when a page shows it: its links ask the database what the asker may do."""

    def __html__(self) -> str:
        # The page that tells of a lost database, or of a wrong host name, must not fail for the same reason.
        try:
            return str(navigation_html()) if request.host else ""
        except (SQLAlchemyError, SecurityError):
            return ""
