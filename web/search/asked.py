"""What a search's address asks for."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import BadRequest

from casm.editing.record_class import is_record_class
from casm.search.typed import MOST_CHARACTERS


@dataclass(frozen=True)
class Asked:
    """The text typed, and the one class to search, if any."""

    typed: str
    only: str | None


def read_asked() -> Asked:
    """?q= and ?class=; BadRequest for a class that there is none of."""
    only = request.args.get("class", "") or None
    if only is not None and not is_record_class(only):
        raise BadRequest("There is no such class of record; leave class out to search all.")
    typed = request.args.get("q", "").replace("\x00", "").strip()
    return Asked(typed[:MOST_CHARACTERS], only)
