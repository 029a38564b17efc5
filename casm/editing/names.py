"""What records are called, on a form (so that the name finds the record again) and on a page."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.editing.labels import term_words
from casm.editing.record_class import RecordClass, record_class_of
from casm.intake.fields import OWNER_MARK
from casm.inventory.owner import Owner
from casm.sharing.viewer import PUBLIC_OWNER_ID

Key = tuple[str, uuid.UUID]
# The columns that tell records of a part apart, beside what they are part of.
TITLES = {
    "site_sensitive": "access, power and lease of {site}",
    "backhaul_link_sensitive": "circuit of {backhaul_link}",
    "system_peer": "{kind} to {peer_system}",
    "resource_encryption": "encryption of {channel}{talkgroup}",
    "fleet_encryption": "encryption of {fleet}",
    "station_frequency": "{station_tx_freq_hz} of {station}",
    "template_slot": "zone {zone}, position {position} of {template}",
    "gateway_port": "port {port_number} of {gateway}",
    "microwave_path": "{call_sign}, path {path_number}, segment {segment_number}",
    "link_carries_system": "{radio_system} on {backhaul_link}",
    "agreement_party": "{agency} in {agreement}",
    "agreement_asset": "{asset} in {agreement}",
    "need_party": "{agency} in {need}",
    "jurisdiction": "{name}",
    "dispatch_center_peer": "{peer_center}, CAD peer of {dispatch_center}",
    "dispatch_center_agency": "{agency}, dispatched by {dispatch_center}",
    "comm_unit_member_contact": "telephone and e-mail of {comm_unit_member}",
    "comm_unit_qualification": "{unit_position}: {comm_unit_member}",
    "broadband_service_sensitive": "circuit codes of {broadband_service}",
    "cache_checkout": "{radio_count} radios to {checked_out_to}, out on {out_on}",
}


@dataclass(frozen=True)
class Named:
    """A record as others refer to it. written: its name on a form. shown: its name on a page."""

    record_class: str
    id: uuid.UUID
    owner_id: uuid.UUID
    owner_code: str
    owner_name: str
    written: str
    shown: str
    retired: bool


def references_of(record_class: RecordClass, columns: Mapping[str, Any]) -> set[Key]:
    """Every record that a row's columns refer to."""
    found = set()
    for where in record_class.shape.references.values():
        record_id = columns.get(where.id_column)
        target = where.target or columns.get("asset_class")
        if record_id is not None and target:
            found.add((target, record_id))
    return found


def read_names(session: Session, wanted: Iterable[Key]) -> dict[Key, Named]:
    """The names of those records that the viewer sees, retired ones too; the others are left out."""
    by_class: dict[str, set[uuid.UUID]] = defaultdict(set)
    for name, record_id in wanted:
        by_class[name].add(record_id)
    found: dict[Key, Named] = {}
    for name, ids in by_class.items():
        record_class = record_class_of(name)
        mapped = record_class.mapped
        if name in TITLES and name != "jurisdiction":
            continue
        written = getattr(mapped, record_class.shape.names[0])
        shown = getattr(mapped, "name", written) if name == "jurisdiction" else written
        rows = session.execute(
            select(mapped.id, mapped.owner_id, mapped.status, written.label("written"), shown.label("shown"),
                   Owner.code, Owner.name.label("owner_name"))
            .outerjoin(Owner, Owner.id == mapped.owner_id).where(mapped.id.in_(ids))
        )  # fmt: skip
        for row in rows:
            found[name, row.id] = Named(
                name, row.id, row.owner_id, row.code or "", row.owner_name or "", str(row.written), str(row.shown),
                row.status == "retired",
            )  # fmt: skip
    return found


def written_names(owner_id: uuid.UUID, names: Mapping[Key, Named]) -> dict[Key, str]:
    """How a form of this owner's record writes each name: with the owner before it where it is another's."""
    return {
        key: one.written
        if one.owner_id in (owner_id, PUBLIC_OWNER_ID) or not one.owner_code
        else f"{one.owner_code}{OWNER_MARK}{one.written}"
        for key, one in names.items()
    }


def title_of(record_class: RecordClass, texts: Mapping[str, str], columns: Mapping[str, Any]) -> str:
    """What a record is called at the head of its page; texts: its fields as a form of it holds them."""
    pattern = TITLES.get(record_class.name)
    if pattern is None:
        return str(columns[record_class.name_columns[0]])
    filled = {name: bare(text) for name, text in texts.items()}
    filled |= {name: str(columns.get(name) or "") for name in ("zone",)}
    if record_class.name == "system_peer":
        filled["kind"] = term_words(filled["kind"])
    if record_class.name == "station_frequency" and not filled["station_tx_freq_hz"]:
        filled["station_tx_freq_hz"] = filled["station_rx_freq_hz"]
    return pattern.format_map(filled)


def bare(text: str) -> str:
    """A name without the owner before it."""
    return text.rpartition(OWNER_MARK)[2] if OWNER_MARK in text else text
