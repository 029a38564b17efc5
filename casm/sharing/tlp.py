"""The Traffic Light Protocol 2.0 (FIRST, August 2022): its labels, lowest first, and which one a row has."""

from collections.abc import Iterable

from casm.db.columns import SENSITIVITY

TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")

# What each asks of the reader, where the owner has no words of its own.
WORDS = {
    "CLEAR": "may be shown to anyone",
    "GREEN": "for partner agencies, not for the public",
    "AMBER": "for your agency and those it serves, as they need to know",
    "AMBER+STRICT": "for your agency only, as they need to know",
    "RED": "for the named readers only",
}

# A row's sensitivity is what its owner states; the label follows from it and from the owner's floor.
TLP_OF_SENSITIVITY = dict(zip(SENSITIVITY, ("CLEAR", "GREEN", "AMBER", "RED"), strict=True))


def highest_tlp(labels: Iterable[str]) -> str:
    """The strictest of several labels; CLEAR of none."""
    return max(labels, key=TLP.index, default=TLP[0])


def lowest_tlp(labels: Iterable[str]) -> str:
    """The mildest of several labels; RED of none."""
    return min(labels, key=TLP.index, default=TLP[-1])
