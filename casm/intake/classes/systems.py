"""Licences, radio systems, channels and talkgroups as files state them."""

import re

from casm.intake import measures, synonyms, values
from casm.intake.cell import Cell, CellError
from casm.intake.classes.common import (
    EVERY_CLASS,
    RESOURCE_ENCRYPTION,
    area_fields,
    finish_area,
    finish_encryption,
)
from casm.intake.fields import (
    ClassSpec,
    Draft,
    Field,
    choice,
    choices,
    code,
    day,
    freq,
    network_code,
    parse_references,
    part,
    reference,
    text,
    whole,
    yes_no,
)
from casm.intake.row import ChildRow, ChildSet
from casm.intake.squelch import Squelch, parse_squelch
from casm.inventory.choices import (
    BAND,
    CHANNEL_CONFIGURATION,
    CHANNEL_FUNCTION,
    CHANNEL_MODE,
    DISCIPLINE,
    LICENCE_STATUS,
    SYSTEM_KIND,
    SYSTEM_TECHNOLOGY,
    TALKGROUP_ACCESS,
)

EMISSION = re.compile(r"^[0-9]{1,3}[HKMG][0-9]{0,3}[A-Z0-9]{3,5}$")


def emission_designator(cell: Cell) -> str:
    """An emission designator, as 11K2F3E (ITU Radio Regulations, appendix 1)."""
    plain = cell.text.upper().replace(" ", "")
    if not EMISSION.match(plain):
        raise CellError("this is not an emission designator", "write bandwidth and kind, as 11K2F3E")
    return plain


LICENCE = ClassSpec(
    "licence",
    (
        *EVERY_CLASS,
        Field("call_sign", values.call_sign, ("licence", "license", "fcc call sign", "call"), required=True),
        code("radio_service_code", "radio service", "service code", "service"),
        text("licensee", "licensee name", "licence holder", "holder"),
        code("frn", "fcc registration number"),
        choice("licence_status", LICENCE_STATUS, synonyms=synonyms.LICENCE_STATUS),
        day("granted_on", "granted", "grant date"),
        day("expires_on", "expiration date", "expiration", "expires"),
        day("cancelled_on", "cancellation date", "cancelled"),
        code("uls_system_id", "unique system identifier", "usi"),
        text("special_conditions", "conditions"),
    ),
    file_names=("licenses",),
)


def _finish_system(draft: Draft) -> None:
    for kind in ("issi", "cssi"):
        peers = draft.take(f"{kind}_peers")
        if peers is not None:
            rows = tuple(ChildRow({}, {"peer_system": peer}) for peer in peers)
            draft.children.append(ChildSet("system_peer", "radio_system", rows, {"kind": kind}, f"{kind}_peers"))
    begun, ends = draft.values.get("in_service_on"), draft.values.get("end_of_life_on")
    if begun and ends and ends < begun:
        draft.note("end_of_life_on", "the system ends before it is in service", "check the two dates")


RADIO_SYSTEM = ClassSpec(
    "radio_system",
    (
        *EVERY_CLASS,
        text("name", "system", "system name", "radio system", "network", required=True),
        choice("kind", SYSTEM_KIND, "system kind", "type", "system type", synonyms=synonyms.SYSTEM_KIND),
        choice("technology", SYSTEM_TECHNOLOGY, "mode", "protocol", "standard", synonyms=synonyms.SYSTEM_TECHNOLOGY),
        choices("bands", BAND, "band", "frequency band", synonyms=synonyms.BAND),
        text("vendor", "make", "manufacturer"),
        network_code("wacn", 0xFFFFF, "wacn id"),
        network_code("system_id", 0xFFF, "sysid", "sys id"),
        whole("subscriber_count", 0, 10_000_000, "subscribers", "number subscribers", "radios", "users"),
        day("in_service_on", "in service", "in service date", "date in service"),
        day("end_of_life_on", "end life", "end of life", "eol", "end life date"),
        part("issi_peers", parse_references("radio_system"), "issi", "issi links"),
        part("cssi_peers", parse_references("radio_system"), "cssi", "cssi links"),
    ),
    _finish_system,
    ("systems",),
)


def _mode(cell: Cell) -> str:
    if cell.text.upper() in ("D", "DIGITAL"):
        raise CellError(
            "D says digital, not which digital mode", "write p25_phase1, dmr or nxdn, or map D in a mapping file"
        )
    return values.choice(CHANNEL_MODE, synonyms.CHANNEL_MODE)(cell)


def _squelch_fields(side: str, *aliases: str) -> tuple[Field, ...]:
    return (
        part(f"{side}_squelch", parse_squelch, *aliases),
        part(f"{side}_squelch_kind", values.choice(("csq", "ctcss", "dcs", "nac"), synonyms.SQUELCH_KIND)),
        part(f"{side}_ctcss_hz", parse_squelch, f"{side} ctcss", f"{side} pl", f"{side} pl tone", units=("Hz",)),
        part(f"{side}_dcs_code", lambda cell: parse_squelch(_marked(cell, "D")), f"{side} dcs", f"{side} dpl"),
        part(f"{side}_nac", measures.hexadecimal(0xFFF), f"{side} nac", units=("hex", "dec")),
    )


def _marked(cell: Cell, mark: str) -> Cell:
    return cell if cell.text[:1].upper() == mark else Cell(mark + cell.text, cell.unit, cell.notes)


def _finish_channel(draft: Draft) -> None:
    for side in ("rx", "tx"):
        _finish_squelch(draft, side)
    _finish_frequencies(draft)
    width = draft.take("narrow_wide")
    if width is not None:
        draft.values.setdefault("bandwidth_hz", width)
    finish_area(draft, "restricted_to")
    finish_encryption(draft, "channel")


def _finish_squelch(draft: Draft, side: str) -> None:
    """One squelch from one cell, or from the columns of kind and value; two that differ are a fault."""
    name = f"{side}_squelch"
    whole_cell, kind = draft.take(name), draft.take(f"{name}_kind")
    nac = draft.take(f"{side}_nac")
    stated: list[Squelch] = [found for found in (whole_cell,) if found]
    for column in (f"{side}_ctcss_hz", f"{side}_dcs_code"):
        found = draft.take(column)
        if found is not None:
            stated.append(found)
    if nac is not None:
        stated.append(Squelch("nac", nac=nac))
    if kind == "csq":
        stated.append(Squelch("csq"))
    if not stated:
        if kind:
            draft.fault(f"{name}_kind", f"the kind is {kind}, and its value is missing", "fill in the value")
        return
    if len(set(stated)) > 1:
        draft.fault(name, f"{len(set(stated))} different squelches are stated for {side.upper()}", "keep one of them")
        return
    if kind not in (None, stated[0].kind):
        draft.fault(f"{name}_kind", f"the kind is {kind}, and the value is one of {stated[0].kind}", "correct one")
        return
    draft.values |= stated[0].columns(side)


def _finish_frequencies(draft: Draft) -> None:
    rx_hz, tx_hz = draft.values.get("rx_freq_hz"), draft.values.get("tx_freq_hz")
    configuration = draft.values.get("configuration")
    if configuration == "simplex":
        if rx_hz is None or tx_hz is None:
            known = rx_hz or tx_hz
            if known is not None:
                draft.values |= {"rx_freq_hz": known, "tx_freq_hz": known}
        elif rx_hz != tx_hz:
            draft.fault("tx_freq_hz", "a simplex channel has one frequency, here RX and TX differ",
                        "make them equal, or change the configuration")  # fmt: skip
    if configuration == "receive_only" and tx_hz is not None:
        draft.fault("tx_freq_hz", "a receive-only channel has no TX frequency", "empty it or change the configuration")


CHANNEL = ClassSpec(
    "channel",
    (
        *EVERY_CLASS,
        text("name", "channel", "channel name", "display name", "channel name trs talkgroup", required=True),
        text("alias", "short name", "label", "alpha tag"),
        choice("configuration", CHANNEL_CONFIGURATION, "channel configuration", "config",
               synonyms=synonyms.CHANNEL_CONFIGURATION),
        choice("function", CHANNEL_FUNCTION, "use", "assignment", "channel function", "purpose",
               synonyms=synonyms.CHANNEL_FUNCTION),
        freq("rx_freq_hz", "rx", "mobile rx", "mobile rx freq", "subscriber rx", "rx mhz"),
        freq("tx_freq_hz", "tx", "mobile tx", "mobile tx freq", "subscriber tx", "tx mhz"),
        *_squelch_fields("rx", "rx tone", "rx tone nac", "rx tone cc ts tg", "rx sq", "rx pl dpl", "rx code",
                         "rx ctcss dcs"),
        *_squelch_fields("tx", "tx tone", "tx tone nac", "tx tone cc ts tg", "tx sq", "tx pl dpl", "tx code",
                         "tx ctcss dcs", "pl", "tone", "ctcss"),
        Field("mode", _mode, ("channel mode", "modulation"), terms=CHANNEL_MODE),
        Field("emission_designator", emission_designator, ("emission", "emissions")),
        Field("bandwidth_hz", measures.bandwidth_hz, ("channel bandwidth", "channel spacing"),
              units=tuple(measures.FREQUENCY)),
        part("narrow_wide", measures.bandwidth_hz, "n/w", "rx n/w"),
        Field("call_sign", values.call_sign, ("licence", "license")),
        reference("radio_system", "radio_system", "system", "system name"),
        yes_no("national", "nationwide"),
        text("eligible_users", "users", "eligible", "eligibility"),
        choices("eligible_disciplines", DISCIPLINE, "disciplines", "discipline",
                synonyms={word: (term,) for word, term in synonyms.DISCIPLINE.items()}),
        text("library_edition"),
        *area_fields("restricted_to", "restricted area"),
        *RESOURCE_ENCRYPTION,
    ),
    _finish_channel,
    ("frequencies", "conventional_channels"),
)  # fmt: skip


def _finish_talkgroup(draft: Draft) -> None:
    finish_encryption(draft, "talkgroup")


# DMR and TETRA number their groups with 24 bits (ETSI TS 102 361-1, EN 300 392-1); P25 with 16.
WIDEST_TALKGROUP = 0xFFFFFF


def _talkgroup_number(cell: Cell) -> int:
    if cell.unit == "hex" or cell.text.startswith(("$", "0x")):
        return measures.hexadecimal(WIDEST_TALKGROUP)(cell)
    return measures.integer(1, WIDEST_TALKGROUP)(cell)


TALKGROUP = ClassSpec(
    "talkgroup",
    (
        *EVERY_CLASS,
        reference("radio_system", "radio_system", "system", "system name", required=True),
        Field("talkgroup_number", _talkgroup_number, ("tgid", "talkgroup id", "id", "decimal", "number", "talkgroup"),
              units=("dec", "hex"), required=True),
        text("alias", "name", "talkgroup name", "alpha tag", "talkgroup alias", "description", required=True),
        choice("access", TALKGROUP_ACCESS, "phase", "air interface", synonyms=synonyms.TALKGROUP_ACCESS),
        text("use", "purpose", "function", "assignment"),
        text("eligible_users", "users", "eligible", "eligible agencies", "eligibility"),
        text("authority", "mou", "agreement"),
        yes_no("patchable", "may be patched"),
        yes_no("interoperability", "interop", "mutual aid"),
        *RESOURCE_ENCRYPTION,
    ),
    _finish_talkgroup,
    ("tgs",),
)  # fmt: skip
