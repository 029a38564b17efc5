"""Records that files state within another record's row, told as classes of their own, so that each has a form."""

from casm.db.tables import Base
from casm.intake import measures, synonyms, values
from casm.intake.cell import Cell
from casm.intake.classes.common import EVERY_CLASS, parse_key_reference
from casm.intake.classes.every import CLASSES
from casm.intake.classes.stations import azimuth_deg
from casm.intake.fields import (
    ClassSpec,
    Draft,
    Field,
    choice,
    choices,
    measure,
    parse_reference,
    part,
    reference,
    whole,
    yes_no,
)
from casm.intake.row import Reference
from casm.inventory.choices import ASSET_CLASS, ENCRYPTION_ALGORITHM, ENCRYPTION_STATE, PEER_EXCHANGE, PEER_KIND

SYSTEM_PEER = ClassSpec(
    "system_peer",
    (
        *EVERY_CLASS,
        reference("radio_system", "radio_system", required=True),
        reference("peer_system", "radio_system", required=True),
        choice("kind", PEER_KIND, synonyms={}, required=True),
        yes_no("in_force"),
    ),
)


def _finish_encryption(draft: Draft) -> None:
    named = [name for name in ("channel", "talkgroup") if draft.references.get(name)]
    if len(named) != 1:
        draft.fault("channel", "an encryption is of one channel or of one talkgroup", "name exactly one of the two")
    if draft.values.get("state") == "clear" and draft.values.get("key_reference") is not None:
        draft.fault("key_reference", "it is clear and names a key", "empty one of the two")
    if draft.values.get("state") in ("strapped", "selectable") and draft.values.get("algorithm") == "none":
        draft.fault("algorithm", "it is encrypted, but its algorithm is none", "correct one of the two")


RESOURCE_ENCRYPTION = ClassSpec(
    "resource_encryption",
    (
        *EVERY_CLASS,
        reference("channel", "channel"),
        reference("talkgroup", "talkgroup"),
        choice("state", ENCRYPTION_STATE, synonyms=synonyms.ENCRYPTION_STATE),
        choice("algorithm", ENCRYPTION_ALGORITHM, synonyms=synonyms.ENCRYPTION_ALGORITHM),
        Field("key_reference", parse_key_reference),
    ),
    _finish_encryption,
)


def _key_numbers(cell: Cell) -> list[str]:
    return [str(parse_key_reference(Cell(one))) for one in values.elements(cell.text, ";,")]


FLEET_ENCRYPTION = ClassSpec(
    "fleet_encryption",
    (
        *EVERY_CLASS,
        reference("fleet", "fleet", required=True),
        choices(
            "algorithms",
            ENCRYPTION_ALGORITHM,
            synonyms={word: (term,) for word, term in synonyms.ENCRYPTION_ALGORITHM.items()},
        ),
        Field("key_references", _key_numbers),
    ),
)

MICROWAVE_PATH = ClassSpec(
    "microwave_path",
    (
        *EVERY_CLASS,
        reference("backhaul_link", "backhaul_link"),
        Field("call_sign", values.call_sign, required=True),
        whole("path_number", 1, 100_000, required=True),
        whole("segment_number", 1, 1000),
        reference("tx_station", "station"),
        reference("tx_site", "site"),
        reference("rx_site", "site"),
        Field("receiver_call_sign", values.call_sign),
        yes_no("passive_repeater"),
        measure("filed_segment_length_m", measures.LENGTH_M, 0, 1_000_000),
        Field("filed_azimuth_deg", azimuth_deg, units=("deg",)),
        measure("path_length_m", measures.LENGTH_M, 0, 1_000_000),
        Field("azimuth_deg", azimuth_deg, units=("deg",)),
    ),
)

LINK_CARRIES_SYSTEM = ClassSpec(
    "link_carries_system",
    (
        *EVERY_CLASS,
        reference("backhaul_link", "backhaul_link", required=True),
        reference("radio_system", "radio_system", required=True),
    ),
)

AGREEMENT_PARTY = ClassSpec(
    "agreement_party",
    (
        *EVERY_CLASS,
        reference("agreement", "agreement", required=True),
        reference("agency", "agency", required=True),
    ),
)


def _asset_name(cell: Cell) -> Reference:
    """The asset's name; its class is stated beside it, so any stands in until the draft is finished."""
    return parse_reference("site")(cell)


def _finish_asset(draft: Draft) -> None:
    asset, asset_class = draft.take("asset"), draft.values.get("asset_class")
    if asset is None:
        draft.fault("asset", "asset is missing", "name the record that the agreement covers")
    elif asset_class is not None:
        draft.references["asset"] = Reference(asset_class, asset.name, asset.owner_code)


AGREEMENT_ASSET = ClassSpec(
    "agreement_asset",
    (
        *EVERY_CLASS,
        reference("agreement", "agreement", required=True),
        choice("asset_class", ASSET_CLASS, synonyms={}, required=True),
        part("asset", _asset_name),
    ),
    _finish_asset,
)

NEED_PARTY = ClassSpec(
    "need_party",
    (
        *EVERY_CLASS,
        reference("need", "need", required=True),
        reference("agency", "agency", required=True),
    ),
)

DISPATCH_CENTER_PEER = ClassSpec(
    "dispatch_center_peer",
    (
        *EVERY_CLASS,
        reference("dispatch_center", "dispatch_center", required=True),
        reference("peer_center", "dispatch_center", required=True),
        choice("exchange", PEER_EXCHANGE, synonyms={}),
    ),
)

DISPATCH_CENTER_AGENCY = ClassSpec(
    "dispatch_center_agency",
    (
        *EVERY_CLASS,
        reference("dispatch_center", "dispatch_center", required=True),
        reference("agency", "agency", required=True),
    ),
)


def _side_class(name: str, whole: str) -> ClassSpec:
    """A side table: the fields that the whole record's own class tells, as far as they stand in it."""
    table = Base.metadata.tables[name]
    common = {one.name for one in EVERY_CLASS}
    own = (one for one in CLASSES[whole].fields if one.name in table.c and one.name not in common)
    return ClassSpec(name, (*EVERY_CLASS, reference(whole, whole, required=True), *own))


PART_CLASSES: dict[str, ClassSpec] = {
    spec.record_class: spec
    for spec in (
        _side_class("site_sensitive", "site"), _side_class("backhaul_link_sensitive", "backhaul_link"),
        _side_class("broadband_service_sensitive", "broadband_service"),
        _side_class("comm_unit_member_contact", "comm_unit_member"), DISPATCH_CENTER_PEER, DISPATCH_CENTER_AGENCY,
        SYSTEM_PEER, RESOURCE_ENCRYPTION, FLEET_ENCRYPTION, MICROWAVE_PATH, LINK_CARRIES_SYSTEM, AGREEMENT_PARTY,
        AGREEMENT_ASSET, NEED_PARTY,
    )
}  # fmt: skip
