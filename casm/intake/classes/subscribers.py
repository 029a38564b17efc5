"""Radio caches, fleets, templates, slots, gateways and their ports as files state them."""

from dataclasses import replace

from casm.intake import measures, synonyms, values
from casm.intake.cell import Cell
from casm.intake.classes.common import EVERY_CLASS, POSITION, finish_position, parse_key_reference
from casm.intake.classes.stations import antenna_gain
from casm.intake.fields import (
    ClassSpec,
    Draft,
    Field,
    choice,
    choices,
    code,
    day,
    measure,
    parse_reference,
    part,
    reference,
    text,
    whole,
    yes_no,
)
from casm.intake.measures import GAIN_DBI, Measured
from casm.intake.row import ChildRow, ChildSet
from casm.inventory.choices import (
    BAND,
    ENCRYPTION_ALGORITHM,
    FORM_FACTOR,
    GATEWAY_KIND,
    PORT_CONNECTION,
    RADIO_MODE,
)

MOST_RADIOS = 1_000_000

RADIO_CACHE = ClassSpec(
    "radio_cache",
    (
        *EVERY_CLASS,
        text("name", "cache", "cache name", "radio cache", required=True),
        reference("agency", "agency", "agency name", "department"),
        *POSITION,
        text("address", "street address", "location"),
        whole("radio_count", 0, 100_000, "radios", "available radios", "available radio count",
              "number radios"),
        code("load_version", "programmed load", "load", "codeplug version", "programming version"),
        whole("spare_battery_count", 0, MOST_RADIOS, "spare batteries", "batteries"),
        whole("charger_count", 0, 100_000, "chargers"),
        measure("deploy_minutes", measures.TIME_MINUTES, 0, 100_000, "deploy time", "deployment time", "time deploy"),
        text("release_authority", "released by", "authority"),
        text("transport", "transportation"),
        text("condition", "state"),
        day("last_tested_on", "last tested", "last test", "test date"),
    ),
    lambda draft: finish_position(draft, "position", keep_source=False),
    ("caches",),
)


def _key_numbers(cell: Cell) -> list[str]:
    return [str(parse_key_reference(Cell(one))) for one in values.elements(cell.text, ";,")]


def _finish_fleet(draft: Draft) -> None:
    gain: Measured | None = draft.take("antenna_gain_dbi")
    if gain is not None:
        draft.values["antenna_gain_dbi"] = gain.value
    holders = [name for name in ("agency", "radio_cache") if draft.references.get(name)]
    if len(holders) != 1:
        draft.fault(
            "agency",
            "a fleet belongs to one agency or to one radio cache, and the row names "
            + ("both" if holders else "neither"),
            "fill exactly one of the columns agency and radio_cache",
        )
    stated = {}
    for name, column in (("encryption_algorithms", "algorithms"), ("key_references", "key_references")):
        if name in draft.parts:
            stated[column] = draft.parts.pop(name)
    if stated:
        children = (ChildRow(stated),)
        draft.children.append(ChildSet("fleet_encryption", "fleet", children, column="encryption_algorithms"))


FLEET = ClassSpec(
    "fleet",
    (
        *EVERY_CLASS,
        text("name", "fleet", "fleet name", required=True),
        reference("agency", "agency", "agency name", "department"),
        reference("radio_cache", "radio_cache", "cache", "cache name"),
        choice("form_factor", FORM_FACTOR, "type", "radio type", "form", synonyms=synonyms.FORM_FACTOR),
        text("radio_make", "make", "manufacturer"),
        text("radio_model", "model"),
        whole("radio_count", 0, MOST_RADIOS, "count", "quantity", "radios", "number radios", "units"),
        choices("bands", BAND, "band", "frequency bands", synonyms=synonyms.BAND),
        choices("modes", RADIO_MODE, "mode", "capabilities", synonyms=synonyms.RADIO_MODE),
        yes_no("tdma_capable", "tdma", "phase 2", "p25 phase 2"),
        whole("channel_capacity", 1, 100_000, "channels", "capacity"),
        measure("tx_output_w", measures.POWER_W, 0, 200, "tx power", "power", "output power"),
        Field("antenna_gain_dbi", antenna_gain(-30, 20), ("gain", "antenna gain"), role="part",
              units=tuple(GAIN_DBI), needs_unit=True),
        measure("antenna_height_agl_m", measures.LENGTH_M, 0, 20_000, "antenna height"),
        measure("receiver_sensitivity_dbm", measures.LEVEL_DBM, -140, 0, "rx sensitivity"),
        day("end_of_life_on", "end life", "end of life", "eol", "end life date"),
        part("encryption_algorithms",
             values.choices(ENCRYPTION_ALGORITHM, {w: (t,) for w, t in synonyms.ENCRYPTION_ALGORITHM.items()}),
             "encryption", "algorithms", "encryption algorithm", terms=ENCRYPTION_ALGORITHM, several=True),
        part("key_references", _key_numbers, "keys", "ckrs", "ckr", "key reference"),
    ),
    _finish_fleet,
    ("radios", "subscribers", "subscriber_fleets"),
)  # fmt: skip

TEMPLATE = ClassSpec(
    "template",
    (
        *EVERY_CLASS,
        reference("fleet", "fleet", "fleet name", required=True),
        text("name", "template", "template name", "codeplug", "code plug", "load", required=True),
        code("load_version", "version", "codeplug version"),
        whole("programmed_radio_count", 0, MOST_RADIOS, "programmed radios", "programmed", "radios programmed"),
        day("programmed_on", "programmed date", "date programmed"),
    ),
    file_names=("codeplugs", "programming_templates"),
)


def _finish_within(draft: Draft) -> None:
    """A system named beside a talkgroup, or a fleet beside a template, says where to look for it."""
    for name, container in (("talkgroup", "radio_system"), ("template", "fleet")):
        within = draft.take(container)
        found = draft.references.get(name)
        if within is not None and found is not None:
            draft.references[name] = replace(
                found, within=within.name, owner_code=found.owner_code or within.owner_code
            )


def _finish_slot(draft: Draft) -> None:
    _finish_within(draft)
    named = [name for name in ("channel", "talkgroup") if draft.references.get(name)]
    if len(named) != 1:
        draft.fault(
            "channel",
            "a slot holds one channel or one talkgroup, and the row names " + ("both" if named else "neither"),
            "fill exactly one of the columns channel and talkgroup",
        )


TEMPLATE_SLOT = ClassSpec(
    "template_slot",
    (
        *EVERY_CLASS,
        reference("template", "template", "template name", "codeplug", required=True),
        part("fleet", parse_reference("fleet"), "fleet name"),
        code("zone", "zone name", "zone number"),
        whole("position", 1, 10_000, "slot", "channel number", "ch number", "knob", "channel position", required=True),
        text("label", "display", "display name", "display label"),
        reference("channel", "channel", "channel name"),
        reference("talkgroup", "talkgroup", "talkgroup name", "talkgroup alias", "talkgroup number"),
        part("radio_system", parse_reference("radio_system"), "system", "system name"),
        yes_no("receive_only", "rx only"),
    ),
    _finish_slot,
    ("slots", "programming"),
)


GATEWAY = ClassSpec(
    "gateway",
    (
        *EVERY_CLASS,
        text("name", "gateway", "gateway name", required=True),
        choice("kind", GATEWAY_KIND, "type", "gateway type", synonyms=synonyms.GATEWAY_KIND),
        text("make", "manufacturer"),
        text("model"),
        reference("agency", "agency", "agency name", "department"),
        reference("site", "site", "site name", "location"),
        *POSITION,
        choices("bands", BAND, "band", "frequency bands", synonyms=synonyms.BAND),
        whole("simultaneous_patches", 0, 10_000, "patches", "simultaneous nets", "nets"),
        whole("patches_in_use", 0, 10_000, "patches used"),
        measure("activation_minutes", measures.TIME_MINUTES, 0, 100_000, "activation time", "time activate"),
        text("staffing", "staff", "staffing needs"),
        text("activation_steps", "activation procedure", "procedure"),
    ),
    lambda draft: finish_position(draft, "position", keep_source=False),
)


def _finish_port(draft: Draft) -> None:
    _finish_within(draft)
    if draft.references.get("channel") and draft.references.get("talkgroup"):
        draft.fault("channel", "a port holds one channel or one talkgroup, and the row names both", "empty one of them")


GATEWAY_PORT = ClassSpec(
    "gateway_port",
    (
        *EVERY_CLASS,
        reference("gateway", "gateway", "gateway name", required=True),
        whole("port_number", 1, 1000, "port", required=True),
        choice("connection", PORT_CONNECTION, "connection type", "connected by", synonyms=synonyms.PORT_CONNECTION),
        reference("channel", "channel", "channel name"),
        reference("talkgroup", "talkgroup", "talkgroup name", "talkgroup alias"),
        part("radio_system", parse_reference("radio_system"), "system", "system name"),
    ),
    _finish_port,
    ("ports",),
)
