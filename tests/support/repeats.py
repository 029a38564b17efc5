"""How often tests repeat what they draw or kill: a few times in `make test`, often in `make check-full`."""

import os

FULL = os.environ.get("CASM_FULL") == "1"


def repeats(full: int, *, quick: int) -> int:
    """The number of repeats of this run."""
    return full if FULL else quick
