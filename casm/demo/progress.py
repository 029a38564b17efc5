"""Steps of long work as a terminal shows them: which of how many, a bar with a known total, and what came of it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from tqdm import tqdm

LONGEST_MESSAGE = 36


@dataclass
class Step:
    """One step under way. A bar appears once its total is known, and only then."""

    label: str
    stream: TextIO
    outcome: str = ""
    _bar: tqdm | None = None

    def progress(self, done: int, total: int | None, message: str = "") -> None:
        """Say how much is done, in units of work that take about as long each; total None: not known, so no bar."""
        if total is None or total <= 0 or not self.stream.isatty():
            return
        if self._bar is None or self._bar.total != total:
            self.close()
            self._bar = tqdm(
                total=total,
                desc=self.label,
                file=self.stream,
                leave=False,
                dynamic_ncols=True,
                bar_format="{desc}: {percentage:3.0f} %|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]",
            )
        self._bar.n = min(done, total)
        # A long name would leave the bar no room.
        self._bar.set_postfix_str(message[:LONGEST_MESSAGE], refresh=False)
        self._bar.refresh()

    def say(self, line: str) -> None:
        """One line of what is being done, above the bar if there is one."""
        tqdm.write(f"{self.label}: {line}", file=self.stream)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@dataclass
class Steps:
    """Counts the steps, so that what is left can be seen: [3/9] inventory."""

    total: int
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    begun: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """A step: announced, timed, and closed with its outcome."""
        self.begun += 1
        step = Step(f"[{self.begun}/{self.total}] {name}", self.stream)
        started = time.monotonic()
        if self.stream.isatty():
            self.stream.write(f"{step.label} …\r")
            self.stream.flush()
        try:
            yield step
        except BaseException:
            step.close()
            tqdm.write(f"{step.label}: not finished", file=self.stream)
            raise
        step.close()
        tqdm.write(f"{step.label}: {step.outcome} ({time.monotonic() - started:.1f} s)", file=self.stream)
