"""One thing the doctor has looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at: sound, or a problem with what mends it."""

    what: str
    problem: str = ""
    mend: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem


def one(connection, statement: str, *values) -> tuple:
    """The only row of a query."""
    return many(connection, statement, *values)[0]


def many(connection, statement: str, *values) -> list[tuple]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()
