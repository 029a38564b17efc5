"""Many rows in one statement: read by columns, insert, update. All values bound, all names quoted."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import shapely
from geoalchemy2 import Geometry
from psycopg2 import sql
from psycopg2.extras import execute_values
from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

PAGE_ROWS = 500
SRID = 4326
SCHEMA_OF_TABLES = "casm"

# Written by the database itself, never by an import.
KEPT_BY_DATABASE = frozenset({"created_at", "updated_at", "version"})


def cursor_of(session: Session):
    """A psycopg2 cursor inside the session's own transaction, under its viewer."""
    return session.connection().connection.cursor()


def fetch(
    session: Session,
    table: Table,
    columns: Iterable[str],
    conditions: Mapping[str, Iterable[Any]],
    *,
    in_use: bool = True,
) -> list[dict[str, Any]]:
    """Rows in which every named column holds one of the given values; in_use leaves out retired rows.

    An array column matches where it shares an element with the values. Geometries come as shapely.
    """
    wanted = list(dict.fromkeys(columns))
    clauses: list[sql.Composable] = []
    parameters: list[list[Any]] = []
    for name, values in conditions.items():
        listed = [_plain(value) for value in dict.fromkeys(values) if value is not None]
        if not listed:
            return []
        is_array = isinstance(table.c[name].type, postgresql.ARRAY)
        form = "{column} && %s::{type}" if is_array else "{column} = ANY (%s::{type}[])"
        clauses.append(sql.SQL(form).format(column=sql.Identifier(name), type=sql.SQL(type_name(table.c[name]))))
        parameters.append(listed)
    if in_use and "status" in table.c:
        clauses.append(sql.SQL("status <> 'retired'"))
    statement = sql.SQL("SELECT {columns} FROM {table} WHERE {where}").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, wanted)),
        table=_name_of(table),
        where=sql.SQL(" AND ").join(clauses) if clauses else sql.SQL("true"),
    )
    with cursor_of(session) as cursor:
        cursor.execute(statement, parameters)
        rows = [dict(zip(wanted, row, strict=True)) for row in cursor.fetchall()]
    for name in wanted:
        if isinstance(table.c[name].type, Geometry):
            for row in rows:
                row[name] = None if row[name] is None else shapely.from_wkb(row[name])
    return rows


def insert(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns, many to a statement."""
    statement = sql.SQL("INSERT INTO {table} ({columns}) VALUES %s").format(
        table=_name_of(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    _execute(session, statement, table, columns, rows)


def update(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Set the columns of the rows named by their id; the database steps the version and keeps the history."""
    names = ("id", *columns)
    statement = sql.SQL("UPDATE {table} AS t SET {settings} FROM (VALUES %s) AS v ({names}) WHERE t.id = v.id").format(
        table=_name_of(table),
        settings=sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(sql.Identifier(column)) for column in columns),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
    )
    _execute(session, statement, table, names, rows)


def _execute(
    session: Session,
    statement: sql.Composable,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    types = [type_name(table.c[name]) for name in columns]
    template = "(" + ", ".join(f"%s::{name}" for name in types) + ")"
    values = [tuple(_plain(row.get(name)) for name in columns) for row in rows]
    if values:
        with cursor_of(session) as cursor:
            execute_values(cursor, statement, values, template=template, page_size=PAGE_ROWS)


def defaults_of(table: Table) -> dict[str, Any]:
    """Columns that may not be empty and the value they have when a file says nothing."""
    return _defaults(table.name, table)


@cache
def _defaults(_name: str, table: Table) -> dict[str, Any]:
    return {
        column.name: column.default.arg
        for column in table.c
        if column.default is not None and column.default.is_scalar and column.name not in KEPT_BY_DATABASE
    }


@cache
def type_name(column: Column[Any]) -> str:
    """PostgreSQL's name of a column's type; geometry without its modifiers, which casting would not need."""
    if isinstance(column.type, Geometry):
        return "geometry"
    return column.type.compile(dialect=postgresql.dialect())


def _name_of(table: Table) -> sql.Composable:
    return sql.Identifier(SCHEMA_OF_TABLES, table.name)


def _plain(value: Any) -> Any:
    """What psycopg2 can adapt without being taught: UUIDs and geometries as text."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkb(shapely.set_srid(value, SRID), hex=True, include_srid=True)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
