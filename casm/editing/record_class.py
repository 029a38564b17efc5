"""Every class of record that can be edited: what it is called, what it is part of, and its mapped class."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from casm.db.tables import Base
from casm.editing.part_classes import PART_CLASSES
from casm.intake.classes.every import CLASSES
from casm.intake.classes.every import plural as plural_name
from casm.intake.fields import ClassSpec
from casm.intake.shapes import Shape, shape_of
from casm.intake.words import class_words
from casm.sharing.asset_class import CLASS_OF_TABLE, FIELD_CLASS_OF_TABLE

# Part → the references that say which record it is part of; of a contact and an encryption only one is filled.
PART_OF: dict[str, tuple[str, ...]] = {
    "site_sensitive": ("site",),
    "backhaul_link_sensitive": ("backhaul_link",),
    "contact": ("agency", "gateway", "radio_cache", "site", "dispatch_center", "mobile_comm_vehicle"),
    "comm_unit_member_contact": ("comm_unit_member",),
    "comm_unit_qualification": ("comm_unit_member",),
    "dispatch_center_peer": ("dispatch_center",),
    "dispatch_center_agency": ("dispatch_center",),
    "broadband_service_sensitive": ("broadband_service",),
    "cache_checkout": ("radio_cache",),
    "system_peer": ("radio_system",),
    "resource_encryption": ("channel", "talkgroup"),
    "station_frequency": ("station",),
    "fleet_encryption": ("fleet",),
    "template": ("fleet",),
    "template_slot": ("template",),
    "gateway_port": ("gateway",),
    "microwave_path": ("backhaul_link",),
    "link_carries_system": ("backhaul_link",),
    "agreement_party": ("agreement",),
    "agreement_asset": ("agreement",),
    "need_party": ("need",),
}
PLURALS = {
    "site_sensitive": "access, power and leases of sites",
    "backhaul_link_sensitive": "circuits of links",
    "resource_encryption": "encryption of channels and talkgroups",
    "fleet_encryption": "encryption of fleets",
    "link_carries_system": "systems carried by links",
    "agreement_party": "parties of agreements",
    "agreement_asset": "assets of agreements",
    "need_party": "parties of needs",
    "system_peer": "ISSI and CSSI peers",
    "dispatch_center": "dispatch centers (PSAPs)",
    "dispatch_center_peer": "CAD peers of dispatch centers",
    "dispatch_center_agency": "agencies dispatched by centers",
    "comm_unit_member": "communications-unit personnel",
    "comm_unit_member_contact": "telephones and e-mail of communications-unit personnel",
    "comm_unit_qualification": "positions and task books of communications-unit personnel",
    "broadband_service": "broadband and priority services",
    "broadband_service_sensitive": "codes of priority circuits (TSP)",
    "alert_originator": "alert originators",
    "radio": "individual radios",
    "cache_checkout": "radios checked out of caches",
}
# Columns that tell records apart for a reader, where they are not those by which files name them.
NAME_COLUMNS = {
    "contact": ("name",),
    "template_slot": ("zone", "position"),
    "microwave_path": ("call_sign", "path_number", "segment_number"),
    "jurisdiction": ("name", "code"),
    "radio": ("serial_number", "alias"),
    "cache_checkout": ("checked_out_to", "out_on"),
}
WORDS = {
    "site_sensitive": "access, power and lease",
    "backhaul_link_sensitive": "circuit",
    "broadband_service_sensitive": "circuit codes (TSP)",
    "comm_unit_member_contact": "telephone and e-mail",
}


@dataclass(frozen=True)
class RecordClass:
    """A class of record. words, plural: as people call one and many. part_of: references to what contains it.

    field_class: whoever lacks it sees no record of the class.
    """

    name: str
    spec: ClassSpec
    mapped: Any
    shape: Shape
    part_of: tuple[str, ...]
    words: str
    plural: str
    asset_class: str
    field_class: str

    @property
    def name_columns(self) -> tuple[str, ...]:
        """Columns that records are listed by, and searched in."""
        return NAME_COLUMNS.get(self.name, self.shape.names)

    @property
    def single(self) -> bool:
        """Whether a record has at most one part of this class."""
        return bool(self.part_of) and all(column.removesuffix("_id") in self.part_of for column in self.shape.key)

    @property
    def parts(self) -> tuple["RecordClass", ...]:
        """Classes whose records are parts of a record of this class."""
        return tuple(
            record_class_of(name)
            for name, references in PART_OF.items()
            if self.name in (shape_of(name).references[reference].target for reference in references)
        )


@cache
def record_class_of(name: str) -> RecordClass:
    """The class of a table's name; KeyError when there is none."""
    spec = PART_CLASSES.get(name) or CLASSES[name]
    mapped = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table.name == name)
    plural = PLURALS.get(name) or plural_name(class_words(name))
    return RecordClass(
        name=name,
        spec=spec,
        mapped=mapped,
        shape=shape_of(name),
        part_of=PART_OF.get(name, ()),
        words=WORDS.get(name, class_words(name)),
        plural=plural,
        asset_class=CLASS_OF_TABLE[name],
        field_class=FIELD_CLASS_OF_TABLE.get(name, "public"),
    )


def is_record_class(name: str) -> bool:
    """Whether a name is that of a class that can be edited."""
    return name in CLASS_OF_TABLE


def record_classes() -> Iterator[RecordClass]:
    """Every class, parts after what they are part of."""
    return (record_class_of(name) for name in CLASS_OF_TABLE)
