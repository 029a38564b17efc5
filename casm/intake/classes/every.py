"""Every class that a table can hold."""

from casm.errors import CasmError
from casm.intake.classes import centers, equipment, people, personnel, places, stations, subscribers, systems, terms
from casm.intake.fields import ClassSpec

CLASSES: dict[str, ClassSpec] = {
    spec.record_class: spec
    for spec in (
        people.OWNER, people.JURISDICTION, people.AGENCY, people.CONTACT, centers.DISPATCH_CENTER,
        personnel.COMM_UNIT_MEMBER, personnel.COMM_UNIT_QUALIFICATION, centers.ALERT_ORIGINATOR,
        centers.BROADBAND_SERVICE, places.SITE, places.BACKHAUL_LINK, systems.LICENCE, systems.RADIO_SYSTEM,
        systems.CHANNEL, systems.TALKGROUP, stations.STATION, stations.STATION_FREQUENCY, subscribers.RADIO_CACHE,
        equipment.CACHE_CHECKOUT, subscribers.FLEET, subscribers.TEMPLATE, subscribers.TEMPLATE_SLOT, equipment.RADIO,
        subscribers.GATEWAY, subscribers.GATEWAY_PORT, equipment.MOBILE_COMM_VEHICLE, terms.AGREEMENT, terms.NEED,
    )
}  # fmt: skip


def class_named(written: str) -> ClassSpec:
    """The class of a name, singular or plural, or CasmError."""
    spec = class_of_name(written)
    if spec is None:
        raise CasmError(f"{written!r} is no class of record.", f"use one of: {', '.join(CLASSES)}")
    return spec


def class_of_name(written: str) -> ClassSpec | None:
    """The class that a name stands for, singular or plural, as a file is named; None when there is none."""
    plain = written.strip().lower().replace("-", "_").replace(" ", "_")
    return _names().get(plain)


def _names() -> dict[str, ClassSpec]:
    found = {}
    for record_class, spec in CLASSES.items():
        for name in (record_class, plural(record_class), *spec.file_names):
            found[name] = spec
    return found


def plural(record_class: str) -> str:
    """The name of a file of many: agencies, radio_caches, station_frequencies."""
    return record_class[:-1] + "ies" if record_class.endswith(("cy", "ry")) else record_class + "s"
