"""Which class and record an address names, and errors of editing as answers: foreign and missing records alike."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from werkzeug.exceptions import Forbidden, NotFound

from casm.editing.faults import NotWritable, RecordMissing
from casm.editing.record_class import RecordClass, is_record_class, record_class_of

P = ParamSpec("P")
R = TypeVar("R")


def class_or_404(name: str) -> RecordClass:
    """The class that an address names."""
    if not is_record_class(name):
        raise NotFound
    return record_class_of(name)


def missing_as_404(view: Callable[P, R]) -> Callable[P, R]:
    """A record that is not there or not to be seen is 404; one that may be seen and not written 403."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return view(*args, **kwargs)
        except RecordMissing:
            raise NotFound from None
        except NotWritable as error:
            raise Forbidden(error.message) from None

    return answered
