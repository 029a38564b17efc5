"""What a fleet of subscriber radios can do: bands, modes, keys, and what is programmed into it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from geo.interop.reason import Record


@dataclass(frozen=True)
class Slot:
    """A programmed position: the channel or talkgroup it holds, and whether it only listens."""

    resource_id: str
    receive_only: bool = False


@dataclass(frozen=True)
class Template:
    """A programming load. ``slots`` None: what it holds is not stated.

    ``programmed_radio_count``: radios of the fleet that carry it; None: not stated, and then some may.
    """

    record: Record
    slots: tuple[Slot, ...] | None
    programmed_radio_count: int | None = None
    programmed_on: date | None = None

    @cached_property
    def transmits_on(self) -> frozenset[str]:
        """The resources programmed so that the radio can transmit on them."""
        return frozenset(slot.resource_id for slot in self.slots or () if not slot.receive_only)

    def holds(self, resource_id: str) -> bool:
        """Whether the resource is programmed so that the radio can transmit on it."""
        return resource_id in self.transmits_on

    def only_listens(self, resource_id: str) -> bool:
        """Whether the resource is programmed for listening and nothing more."""
        return not self.holds(resource_id) and any(slot.resource_id == resource_id for slot in self.slots or ())


@dataclass(frozen=True)
class KeySet:
    """The algorithms a fleet has and the numbers (never the values) of the keys loaded; None: not stated."""

    record: Record
    algorithms: frozenset[str] | None
    key_references: frozenset[int] | None


@dataclass(frozen=True)
class Fleet:
    """Radios of one model and form. A field that is None is not stated.

    ``coverage_profile`` names the subscriber figures that coverage was computed with; None where they are
    not all stated, and then ``profile_lacks`` names the fields.
    """

    record: Record
    form_factor: str | None
    bands: frozenset[str] | None
    modes: frozenset[str] | None
    tdma_capable: bool | None
    keys: KeySet | None
    templates: tuple[Template, ...]
    coverage_profile: str | None
    profile_lacks: tuple[str, ...] = ()
    radio_count: int | None = None

    @property
    def has_tdma(self) -> bool | None:
        """Whether the radios do two-slot TDMA: as stated, else yes where Phase 2 is among the modes."""
        if self.tdma_capable is not None:
            return self.tdma_capable
        return True if self.modes is not None and "p25_phase2" in self.modes else None


@dataclass(frozen=True)
class RadioCache:
    """Radios kept ready to lend. ``agency_id`` None: whose it is, is not stated."""

    record: Record
    agency_id: str | None
    available_radio_count: int | None
    deploy_minutes: int | None
    fleets: tuple[Fleet, ...]
