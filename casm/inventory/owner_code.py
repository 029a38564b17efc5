"""Which owners are below which, told by their codes: us.tn.campbell is below us.tn, and us.tnx is not."""

from sqlalchemy import ColumnElement, or_

from casm.inventory.owner import Owner


def is_within(code: str, root: str) -> bool:
    """Whether an owner is the root or below it."""
    return code == root or code.startswith(f"{root}.")


def within(root: str) -> ColumnElement[bool]:
    """The same as a condition on Owner."""
    return or_(Owner.code == root, Owner.code.startswith(f"{root}.", autoescape=True))


def above(code: str) -> set[str]:
    """Codes of the owners above one."""
    parts = code.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}
