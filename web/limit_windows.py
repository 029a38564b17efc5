"""Counts for rate limits in the memory of one process, by fixed windows of time."""

import threading
import time

from limits.storage import Storage

# How many windows may be open before those that are over are looked for.
SWEPT_FROM = 10_000


class Windows(Storage):
    """The library's own memory starts a thread to forget what is over, a hundred times a second under load."""

    STORAGE_SCHEME = ["windows"]  # noqa: RUF012

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._lock = threading.Lock()
        # Key → when its window ends, and the count within it.
        self._windows: dict[str, tuple[float, int]] = {}
        self._swept_from = SWEPT_FROM

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong with it."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count on; the count of the window, a new one after so many seconds."""
        now = time.monotonic()
        with self._lock:
            ends, count = self._windows.get(key, (0.0, 0))
            if ends <= now:
                ends, count = now + expiry, 0
            self._windows[key] = (ends, count + amount)
            if len(self._windows) > self._swept_from:
                self._windows = {kept: window for kept, window in self._windows.items() if window[0] > now}
                # Not again for each request while so many are really open.
                self._swept_from = max(SWEPT_FROM, 2 * len(self._windows))
        return count + amount

    def get(self, key: str) -> int:
        """The count of the window that is open, 0 for none."""
        ends, count = self._windows.get(key, (0.0, 0))
        return count if ends > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since the epoch; now where none is open."""
        ends, _count = self._windows.get(key, (0.0, 0))
        return time.time() + max(0.0, ends - time.monotonic())

    def check(self) -> bool:
        """It always works."""
        return True

    def reset(self) -> int:
        """Forget every window; how many."""
        with self._lock:
            gone = len(self._windows)
            self._windows = {}
        return gone

    def clear(self, key: str) -> None:
        """Forget one window."""
        with self._lock:
            self._windows.pop(key, None)
