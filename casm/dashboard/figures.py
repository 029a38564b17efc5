"""Figures of a group of records: how many, how complete, how fresh, what ends, and what to enter next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from casm.dashboard.conditions import (
    CURRENT,
    EXPIRED,
    EXPIRES,
    HERE,
    MISSING,
    NEVER_DUE,
    OVERDUE,
    RECENT,
    UNVERIFIED,
)
from casm.dashboard.expiry import HORIZONS_DAYS
from casm.dashboard.importance import Important, important_fields
from casm.dashboard.tally import Tally


@dataclass(frozen=True)
class Gap:
    """An important field that records lack. count: how many of them."""

    field: Important
    count: int


@dataclass(frozen=True)
class ClassFigures:
    """Figures of the records of one class. gaps: important fields that are missing, what to enter next first."""

    record_class: str
    counts: Counter[str] = field(repr=False)

    @property
    def here(self) -> int:
        """Records in use."""
        return self.counts[HERE]

    @property
    def recent(self) -> int:
        """Made or changed in the last 30 days."""
        return self.counts[RECENT]

    @property
    def current(self) -> int:
        """Verified, and not due again."""
        return self.counts[CURRENT]

    @property
    def overdue(self) -> int:
        """Verified too long ago."""
        return self.counts[OVERDUE]

    @property
    def unverified(self) -> int:
        """Never verified."""
        return self.counts[UNVERIFIED]

    @property
    def never_due(self) -> int:
        """Held to be current until a newer edition."""
        return self.counts[NEVER_DUE]

    @property
    def expired(self) -> int:
        """Whose day has passed."""
        return self.counts[EXPIRED]

    def expires(self, days: int) -> int:
        """Whose day is today or within so many days."""
        return self.counts[f"{EXPIRES}{days}"]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """By weight, then by how many records lack it."""
        found = (Gap(one, self.counts[MISSING + one.name]) for one in important_fields(self.record_class))
        return tuple(sorted((gap for gap in found if gap.count), key=lambda gap: (-gap.field.weight, -gap.count)))

    @property
    def wanted(self) -> int:
        """Important fields that should be known, over all records."""
        return self.here * len(important_fields(self.record_class))

    @property
    def known(self) -> int:
        """How many of these are."""
        return self.wanted - sum(self.counts[MISSING + one.name] for one in important_fields(self.record_class))


@dataclass(frozen=True)
class Sums:
    """The same over several classes."""

    here: int = 0
    recent: int = 0
    current: int = 0
    overdue: int = 0
    unverified: int = 0
    never_due: int = 0
    known: int = 0
    wanted: int = 0
    expired: int = 0
    expires: tuple[int, ...] = (0,) * len(HORIZONS_DAYS)


def by_class(tallies: Iterable[Tally]) -> dict[str, ClassFigures]:
    """Class → its figures."""
    counts: dict[str, Counter[str]] = {}
    for one in tallies:
        counts.setdefault(one.record_class, Counter()).update(one.counts)
    return {name: ClassFigures(name, counts[name]) for name in counts}


def sums(classes: Iterable[ClassFigures]) -> Sums:
    """Figures of several classes together."""
    every = list(classes)
    return Sums(
        *(sum(getattr(one, name) for one in every) for name in
          ("here", "recent", "current", "overdue", "unverified", "never_due", "known", "wanted", "expired")),
        tuple(sum(one.expires(days) for one in every) for days in HORIZONS_DAYS),
    )  # fmt: skip


def percent(part: int, whole: int) -> int | None:
    """A share in whole percent, 100 only for all and 0 only for none; None of nothing."""
    if whole == 0:
        return None
    if part in (0, whole):
        return 100 * part // whole
    return min(99, max(1, round(100 * part / whole)))
