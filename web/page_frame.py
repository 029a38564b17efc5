"""The frame of pages that are read and filled in: our look, the navigation, a message of what was just done."""

from typing import Any

from flask import flash, render_template
from markupsafe import Markup

from casm.errors import CasmError
from casm.exchange.marking import Marking
from web.config import web_config
from web.errors import style_links
from web.marking import bear

FORM_STYLES = Markup('<link rel="stylesheet" href="/static/forms.css">\n')


def render_page(template: str, heading: str, *, marking: Marking | None = None, **context: Any) -> str:
    """A page of a template that extends form_page.html.

    heading: what the page is about, also in its title. marking: of the records on it; without, that of a page that
    shows none.
    """
    return render_template(
        template, heading=heading, title=web_config().title, marking=bear(marking), policy="",
        styles=style_links() + FORM_STYLES, **context,
    )  # fmt: skip


def say_done(words: str) -> None:
    """Tell on the next page what has been done."""
    flash(words, "done")


def say_wrong(error: CasmError) -> None:
    """Tell on the next page what could not be done, and its mend."""
    flash(words_of(error), "wrong")


def words_of(error: CasmError) -> str:
    """An error for people, in a sentence or two."""
    return f"{error.message} {error.mend[:1].upper()}{error.mend[1:]}." if error.mend else error.message
