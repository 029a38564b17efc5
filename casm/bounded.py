"""Memory of a process for what is costly to make, bounded by size; the least used goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Bounded(Generic[T]):
    """Values by key, safe among threads. A key must name one content for ever: nothing here is ever put right.

    most_bytes: of all values together, as whoever puts them counts; the newest is kept however large it is.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held_bytes = 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """The value of a key, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: T, size_bytes: int) -> T:
        """Keep a value and return it."""
        with self._lock:
            if key in self._kept:
                self._held_bytes -= self._kept.pop(key)[1]
            self._kept[key] = (value, size_bytes)
            self._held_bytes += size_bytes
            while self._held_bytes > self._most_bytes and len(self._kept) > 1:
                _key, (_value, gone_bytes) = self._kept.popitem(last=False)
                self._held_bytes -= gone_bytes
        return value
