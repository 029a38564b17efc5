"""What a fleet of subscriber radios can do: bands, modes, keys, and what is programmed into it."""

from dataclasses import dataclass

from geo.interop.reason import Record


@dataclass(frozen=True)
class Slot:
    """A programmed position: the channel or talkgroup it holds, and whether it only listens."""

    resource_id: str
    receive_only: bool = False


@dataclass(frozen=True)
class Template:
    """A programming load. ``slots`` None: what it holds is not stated."""

    record: Record
    slots: tuple[Slot, ...] | None

    def holds(self, resource_id: str) -> bool:
        """Whether the resource is programmed so that the radio can transmit on it."""
        return any(slot.resource_id == resource_id and not slot.receive_only for slot in self.slots or ())

    def only_listens(self, resource_id: str) -> bool:
        """Whether the resource is programmed for listening and nothing more."""
        matching = [slot for slot in self.slots or () if slot.resource_id == resource_id]
        return bool(matching) and all(slot.receive_only for slot in matching)


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
