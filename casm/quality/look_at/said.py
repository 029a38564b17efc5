"""What a look at a row yields, and how a class' look is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from casm.quality.doubt import Doubt
from casm.quality.shelf import Row, Shelf


@dataclass(frozen=True)
class Said:
    """A rule's doubt about a row. beside: (class, row) of others that it rests on."""

    rule: str
    doubt: Doubt
    beside: tuple[tuple[str, Row], ...] = ()


# Rows of one class, all at once → what is said of each, in their order.
Look = Callable[[list[Row], Shelf, Any], Iterator[tuple[Row, Said]]]
