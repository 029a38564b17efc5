"""The links at the head of each page: where the asker may go, who is signed in, and the way out."""

from dataclasses import dataclass

from flask import Flask, current_app, render_template, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError

from web.viewer import may, possible_viewer, signed_in


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
    Entry("Sharing", "sharing.overview", "reader"),
    Entry("People", "people.people_page", "manager"),
    Entry("Audit", "audit.events", "auditor"),
)


# The page that the box at the head searches by, where there is one.
SEARCH_ENDPOINT = "search.search"


def navigation_html() -> Markup:
    """The navigation as this asker is shown it; nothing for nobody."""
    if possible_viewer() is None:
        return Markup("")
    entries = [entry for entry in ENTRIES if entry.endpoint in current_app.view_functions and may(entry.who)]
    holder = signed_in()
    return Markup(
        render_template(
            "navigation.html", entries=entries, here=request.endpoint, section=request.blueprint,
            person=None if holder is None else holder.account,
            search=SEARCH_ENDPOINT if SEARCH_ENDPOINT in current_app.view_functions else None,
        )
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
