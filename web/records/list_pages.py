"""The table of a class: filtered, sorted, page by page, its query in the address; and the same as a CSV file."""

import io

from flask import redirect, request, send_file
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casm.bulk.outcome import MOST_ROWS
from casm.editing.faults import FieldFault, FieldFaults
from casm.editing.form_fields import form_fields
from casm.editing.record_class import RecordClass
from casm.editing.rights import Rights, read_rights
from casm.exchange.marking import mark
from casm.exchange.table_csv import write_table
from casm.listing.added_fields import table_fields
from casm.listing.clusters import has_places
from casm.listing.list_field import PART_MARK, ListField
from casm.listing.page import ListPage, read_page
from casm.listing.query import ListQuery, query_of
from web.own_units import own_units
from web.page_frame import render_page
from web.records.answers import class_or_404, missing_as_404
from web.records.filter_form import address_pairs, chips, filter_rows, grouped, is_tidy
from web.records.pages import STYLES, blueprint
from web.records.table_view import address_of, headings, rows_of
from web.viewer import viewer_session


@blueprint.get("/<name>")
@missing_as_404
def records(name: str) -> str | tuple[str, int] | Response:
    """The records of a class, 100 to a page; a filter that cannot be understood shows none, and says what mends it."""
    record_class = class_or_404(name)
    if not is_tidy(request.args):
        return redirect(address_of(name, address_pairs(request.args)))
    # The address says the unit, so that whoever else opens it reads the same filter.
    if (stated := [(key, with_own_unit(key, text)) for key, text in pairs_of(request.args)]) != pairs_of(request.args):
        return redirect(address_of(name, stated))
    with viewer_session() as session:
        rights = read_rights(session)
        fields = table_fields(session, name, rights)
        try:
            page = read_page(session, query_of(name, fields, pairs_of(request.args)))
        except FieldFaults as error:
            return table_page(session, record_class, rights, fields, error.faults), 422
        return table_page(session, record_class, rights, fields, page=page)


@blueprint.post("/<name>/table.csv")
@missing_as_404
def table_csv(name: str) -> str | tuple[str, int] | Response:
    """The filtered table as a marked file; the address' query says what is in it."""
    record_class = class_or_404(name)
    with viewer_session() as session:
        rights = read_rights(session)
        fields = table_fields(session, name, rights)
        try:
            query = query_of(name, fields, pairs_of(request.args)).at(None)
            content, marking = write_table(session, query)
        except FieldFaults as error:
            return table_page(session, record_class, rights, fields, error.faults), 422
    response = send_file(
        io.BytesIO(content), mimetype="text/csv; charset=utf-8", as_attachment=True,
        download_name=marking.file_name(name, "csv"),
    )  # fmt: skip
    response.headers["CASM-Marking"] = marking.header
    return response


def with_own_unit(key: str, text: str) -> str:
    """What is asked of a field, a bare number of it with the asker's own unit."""
    field, _, operator = key.rpartition(PART_MARK)
    return own_units().with_unit(field, text) if operator in ("is", "from", "to") else text


def pairs_of(given: MultiDict[str, str]) -> list[tuple[str, str]]:
    """The parts of an address' query, repeated ones kept."""
    return list(given.items(multi=True))


def table_page(
    session: Session,
    record_class: RecordClass,
    rights: Rights,
    fields: tuple[ListField, ...],
    faults: tuple[FieldFault, ...] = (),
    page: ListPage | None = None,
) -> str:
    """The page of a table, or of its filter alone with what is wrong in it."""
    name = record_class.name
    given = {key: request.args.getlist(key) for key in request.args}
    writable = rights.writable(record_class)
    editable = writable | rights.proposable(record_class)
    query: ListQuery | None = page.query if page else None
    rows = filter_rows(fields, given, faults)
    shown = {row.field.name for row in rows}
    return render_page(
        "records/table.html", record_class.plural[0].upper() + record_class.plural[1:], extra_styles=STYLES,
        marking=mark(session, page.rows) if page else None,
        record_class=record_class, page=page, filter_rows=rows, fields=grouped(fields),
        general=[fault for fault in faults if fault.field not in shown], faults=faults, may_write=bool(writable),
        may_edit=bool(editable),
        headings=headings(query) if query else [], rows=rows_of(page, editable) if page else [],
        chips=[(chip.words, address_of(name, chip.without)) for chip in chips(query)] if query else [],
        search=request.args.get("search", ""), kept=kept_pairs(), columns_shown=columns_shown(query),
        next_page=address_of(name, query.at(page.next).pairs(paged=True)) if page and page.next else None,
        first_page=address_of(name, query.pairs()) if query and query.after else None,
        csv=address_of(name, query.pairs(), "records.table_csv") if query else None,
        class_map=address_of(name, query.pairs(), "records.class_map") if query and has_places(record_class) else None,
        together=address_of(name, query.pairs(paged=True), "bulk.together") if query else None,
        all_words=all_words(page) if page else "",
        settable={one.name for one in (*form_fields(name, (), new=False), *(one for one in fields if one.added))},
    )  # fmt: skip


def all_words(page: ListPage) -> str:
    """What "all that meet the filter" are, where they can be changed together; nothing where all of them are shown."""
    if page.total is None or not len(page.lines) < page.total <= MOST_ROWS:
        return ""
    return f"{page.total:,} {page.query.record_class.plural} that meet the filter"


def kept_pairs() -> list[tuple[str, str]]:
    """What a form of the filter keeps of the address: how the table is sorted, and its columns."""
    return [(key, request.args[key]) for key in ("sort", "columns") if key in request.args]


def columns_shown(query: ListQuery | None) -> frozenset[str]:
    """The names of the columns that a table shows."""
    return frozenset(one.name for one in query.columns) if query else frozenset()
