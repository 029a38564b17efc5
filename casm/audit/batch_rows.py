"""The hash of the rows that an import batch brought, for its one event.

SHA-256 over one line for each row that carries the batch's mark, and each owner it made or renamed: table, id, version
and the SHA-256 of the row as PostgreSQL prints it (the whole row as text, in UTC), parted by spaces, each line ended by
a line feed; by table name, then by id. As JSON, a row would take ten times as long.
"""

import hashlib
import uuid
from collections.abc import Iterable

from psycopg2 import sql
from sqlalchemy.orm import Session

from casm.sharing.asset_class import CLASS_OF_TABLE

FETCH_ROWS = 5000
MARKED = """
SELECT id::text, version, encode(sha256(convert_to(t::text, 'UTF8')), 'hex')
FROM casm.{table} AS t WHERE import_batch_id = %s ORDER BY id
"""
# Moments print alike whatever the session's zone is; it is put back, as the transaction goes on.
IN_UTC = "SELECT current_setting('TimeZone'), set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true)"
OWNERS = """
SELECT id::text, 1, encode(sha256(convert_to(t::text, 'UTF8')), 'hex')
FROM casm.owner AS t WHERE code = ANY (%s) ORDER BY id
"""


def batch_rows_sha256(session: Session, batch_id: uuid.UUID, owner_codes: Iterable[str] = ()) -> tuple[str, int]:
    """(hexadecimal hash, number of rows) of what a batch has stored so far, as the session's viewer sees it.

    owner_codes: owners that the batch made or renamed, as owners carry no mark.
    """
    asked = [(table, sql.SQL(MARKED).format(table=sql.Identifier(table)), [str(batch_id)]) for table in CLASS_OF_TABLE]
    asked.append(("owner", sql.SQL(OWNERS), [list(owner_codes)]))
    digest, rows = hashlib.sha256(), 0
    connection = session.connection().connection
    with connection.cursor() as cursor:
        cursor.execute(IN_UTC)
        zone = cursor.fetchone()[0]
    for table, statement, values in sorted(asked, key=lambda one: one[0]):
        # A named cursor, so that a large batch does not have to fit into memory.
        with connection.cursor("casm_batch_rows") as cursor:
            cursor.itersize = FETCH_ROWS
            cursor.execute(statement, values)
            for row_id, version, row_sha256 in cursor:
                digest.update(f"{table} {row_id} {version} {row_sha256}\n".encode())
                rows += 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", (zone,))
    return digest.hexdigest(), rows
