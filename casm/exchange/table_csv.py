"""A filtered table as a CSV file: marked in its name and in each line, safe to open in a spreadsheet."""

import csv
import io
import re
import tempfile
from pathlib import Path

from sqlalchemy.orm import Session

from casm.audit.exports import one_export
from casm.editing.faults import FieldFault, FieldFaults
from casm.exchange.marked_file import marked_file
from casm.exchange.marking import Marking, mark
from casm.listing.criterion import in_words
from casm.listing.page import read_page
from casm.listing.query import ListQuery
from casm.listing.statements import MOST_COUNTED

# What a spreadsheet would run as a formula begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# A number, with a unit or without: nothing in it can be run, and a sign before it would damage it.
NUMBER = re.compile(r"^[+-]?\d[\d.,]*(?: [A-Za-zµ%/]{1,8})?$")


def write_table(session: Session, query: ListQuery) -> tuple[bytes, Marking]:
    """The whole table of a query, in its order and columns, and its mark.

    Columns are headed by the names that an import knows, the first two tell whose a record is and its id. FieldFaults
    when more records meet the filter than one file takes.
    """
    name = query.record_class.name
    with one_export(session, query.record_class.plural, "csv") as details:
        page = read_page(session, query, MOST_COUNTED)
        if page.total is None:
            fault = FieldFault(
                None, f"a file takes at most {MOST_COUNTED:,} records, and more meet this filter", "narrow the filter"
            )
            raise FieldFaults((fault,), dict(query.pairs()))
        marking = mark(session, page.rows)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.csv"
            with marked_file(path, marking) as stream:
                text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
                writer = csv.writer(text)
                writer.writerow(("marking", "id", *(one.name for one in query.columns)))
                for one in page.lines:
                    cells = (safe_cell(one.cells[field.name]) for field in query.columns)
                    writer.writerow((marking.text, one.line.id, *cells))
                if not page.lines:
                    writer.writerow((marking.text,))
                text.detach()
            content = path.read_bytes()
        details |= {
            "marking": marking.text, "row_count": len(page.lines),
            "filter": "; ".join([*in_words(query.criteria), *([f"search {query.search}"] if query.search else [])]),
        }  # fmt: skip
    return content, marking


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number stays the number it is."""
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.match(text) else text
