"""What the doctor looks at in the index of words: told of every column, walled, indexed, and true to the records."""

from collections.abc import Iterator

from psycopg2 import sql

from casm.db.finding import Finding, many, one
from casm.search.columns import searched_columns
from casm.search.index import INDEXES

MEND = "casm search rebuild"
MEND_WAITING = "casm search follow"
SAMPLE_RECORDS = 300

ENROLLED = """
SELECT table_name, column_name, kind, asset_class, field_class
FROM casm_sec.search_field f JOIN casm_sec.search_scope s ON s.scope = f.scope
"""
FOLLOWING = """
SELECT c.relname, count(*) FILTER (WHERE t.tgenabled IN ('O', 'A'))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname LIKE 'words_follow_%%' AND c.relnamespace = 'casm'::regnamespace GROUP BY 1
"""
SEARCHED_TABLES = (
    "SELECT table_name, min(scope) FROM casm_sec.search_field WHERE table_name <> 'custom_value' GROUP BY 1 ORDER BY 1"
)
# Drawn by id, so that a look at a large table takes no longer than at a small one.
DRAWN = (
    "(SELECT * FROM (SELECT * FROM casm.{table} WHERE id >= gen_random_uuid() ORDER BY id LIMIT {most}) above "
    "UNION SELECT * FROM (SELECT * FROM casm.{table} ORDER BY id LIMIT {most}) first)"
)
MISSING_AND_LEFT_OVER = """
WITH drawn AS MATERIALIZED (SELECT r.id, r.owner_id, f.field, w FROM {drawn} r
    LEFT JOIN LATERAL ({values}) f (field, kind, value) ON f.value IS NOT NULL
    LEFT JOIN LATERAL unnest(casm_sec.search_words(f.kind, f.value)) w ON true),
wanted AS (SELECT DISTINCT casm_sec.search_shelf_id({scope}, o.number) AS shelf_id, d.field, d.id, d.w
           FROM drawn d JOIN casm_sec.search_owner o ON o.owner_id = d.owner_id WHERE d.w IS NOT NULL),
held AS (SELECT DISTINCT e.shelf_id, e.field, e.record_id, e.word FROM casm_sec.search_entry e
         WHERE e.record_id IN (SELECT id FROM drawn))
SELECT (SELECT count(*) FROM (SELECT * FROM wanted EXCEPT SELECT * FROM held) m),
       (SELECT count(*) FROM (SELECT * FROM held EXCEPT SELECT * FROM wanted) l),
       (SELECT count(DISTINCT id) FROM drawn)
"""


ADDED_MISSING_AND_LEFT_OVER = """
WITH drawn AS MATERIALIZED {drawn},
wanted AS ({words}),
held AS (SELECT DISTINCT e.shelf_id, e.field, e.record_id, e.word FROM casm_sec.search_entry e
         JOIN casm_sec.search_field f ON f.field = e.field AND f.table_name = 'custom_value'
         WHERE e.record_id IN (SELECT record_id FROM drawn))
SELECT (SELECT count(*) FROM (SELECT * FROM wanted EXCEPT SELECT * FROM held) m),
       (SELECT count(*) FROM (SELECT * FROM held EXCEPT SELECT * FROM wanted) l),
       (SELECT count(DISTINCT record_id) FROM drawn)
"""
# All values of the records drawn, as a record's words are kept for all of them together.
OF_DRAWN = "(SELECT * FROM casm.custom_value WHERE record_id IN (SELECT record_id FROM drawn))"


def examine_search(connection) -> Iterator[Finding]:
    """Yield what was found; what is wrong is mended by building the index anew."""
    wanted = {(c.table, c.column, c.kind, c.asset_class, c.field_class) for c in searched_columns()}
    told = set(many(connection, ENROLLED))
    if told != wanted:
        yield Finding("search", "was built for other columns than this program searches", MEND)
        return
    following = dict(many(connection, FOLLOWING))
    deaf = sorted(name for name in {column.table for column in searched_columns()} if following.get(name) != 3)
    if deaf:
        yield Finding("search", f"does not follow changes of {', '.join(deaf)}", MEND)
        return
    present = many(connection, "SELECT indexname FROM pg_indexes WHERE schemaname = 'casm_sec'")
    lacking = sorted(set(INDEXES) - {name for (name,) in present})
    if lacking:
        yield Finding("search", f"lacks the index {', '.join(lacking)} and is slow", MEND)
        return
    (waiting,) = one(connection, "SELECT count(*) FROM casm_sec.search_waiting")
    if waiting:
        yield Finding("search", f"has {waiting:,} records of large loads still to take up", MEND_WAITING)
        return
    yield from compare(connection)


def compare(connection) -> Iterator[Finding]:
    """Some records of each class against their words."""
    looked_at = 0
    for table, scope in many(connection, SEARCHED_TABLES):
        (values,) = one(connection, "SELECT casm_sec.search_values(%s)", table)
        drawn = sql.SQL(DRAWN).format(table=sql.Identifier(table), most=sql.Literal(SAMPLE_RECORDS))
        statement = sql.SQL(MISSING_AND_LEFT_OVER).format(
            drawn=drawn, values=sql.SQL(values), scope=sql.Literal(scope)
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)
            missing, left_over, records = cursor.fetchone()
        if missing or left_over:
            problem = f"of {records} records of {table}, {missing} words are missing and {left_over} left over"
            yield Finding("search", problem, MEND)
            return
        looked_at += records
    drawn = sql.SQL(DRAWN).format(table=sql.Identifier("custom_value"), most=sql.Literal(SAMPLE_RECORDS))
    (words,) = one(connection, "SELECT casm_sec.search_added_sql(%s)", OF_DRAWN)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(ADDED_MISSING_AND_LEFT_OVER).format(drawn=drawn, words=sql.SQL(words)))
        missing, left_over, records = cursor.fetchone()
    if missing or left_over:
        problem = f"of {records} records with added fields, {missing} words are missing and {left_over} left over"
        yield Finding("search", problem, MEND)
        return
    yield Finding(f"search knows its records ({looked_at:,} of them compared)")
