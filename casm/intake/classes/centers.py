"""Dispatch centers, alert originators, and broadband and priority services as files state them."""

import re

from casm.intake import synonyms, values
from casm.intake.cell import Cell, CellError
from casm.intake.classes.common import (
    EVERY_CLASS,
    POSITION,
    area_fields,
    finish_area,
    finish_position,
    joined,
    parse_jurisdiction,
    set_aside,
)
from casm.intake.classes.county import COUNTY, finish_county
from casm.intake.classes.priority_codes import tsp_codes
from casm.intake.fields import (
    REFERENCE,
    ClassSpec,
    Draft,
    Field,
    choice,
    choices,
    day,
    reference,
    references,
    text,
    whole,
    yes_no,
)
from casm.inventory.choices import ALERT_CHANNEL, BROADBAND_KIND, NG911_STAGE, PSAP_KIND

MOST_DEVICES = 1_000_000


def registry_number(cell: Cell) -> str:
    """A number of at most six digits in a federal registry, as it is written there."""
    plain = values.code(cell).replace(" ", "")
    if not re.fullmatch(r"\d{1,6}", plain):
        raise CellError("this is a number of one to six digits", "write the number alone, as 6541")
    return plain


def _finish_center(draft: Draft) -> None:
    finish_position(draft, "position", keep_source=False)
    finish_area(draft, "service_area", "service_area_source")
    finish_county(draft)
    joined(draft, "cad_peers", "dispatch_center_peer", "dispatch_center", "peer_center")
    joined(draft, "dispatched_agencies", "dispatch_center_agency", "dispatch_center", "agency")
    backup = draft.references.get("backup_center")
    if backup is not None and backup.owner_code is None and backup.name == draft.values.get("name"):
        draft.fault("backup_center", "a center cannot be its own backup", "name another center, or empty the field")


DISPATCH_CENTER = ClassSpec(
    "dispatch_center",
    (
        *EVERY_CLASS,
        text("name", "dispatch center", "psap", "psap name", "center", "center name", "ecc", "911 center",
             required=True),
        Field("fcc_psap_id", registry_number, ("psap id", "fcc id", "fcc psap")),
        choice("kind", PSAP_KIND, "type", "psap type", "center type", synonyms=synonyms.PSAP_KIND),
        reference("agency", "agency", "agency name", "department", "operated by"),
        *COUNTY,
        text("address", "street address"),
        *POSITION,
        *area_fields("service_area", "coverage area", "coverage", "service boundary"),
        text("service_area_source"),
        whole("console_position_count", 0, 10_000, "consoles", "positions", "console positions", "number positions"),
        text("console_vendor", "console make", "console manufacturer"),
        yes_no("patch_capable", "patch", "can patch"),
        text("cad_vendor", "cad", "cad system"),
        yes_no("eido_capable", "eido"),
        choice("ng911_stage", NG911_STAGE, "ng911", "ng911 state", "ng 911 stage", synonyms=synonyms.NG911_STAGE),
        text("esinet_provider", "esinet"),
        reference("backup_center", "dispatch_center", "backup", "backup psap"),
        references("cad_peers", "dispatch_center", "cad to cad", "cad links"),
        references("dispatched_agencies", "agency", "agencies dispatched", "dispatches"),
    ),
    _finish_center,
    ("psaps", "eccs"),
)  # fmt: skip

ALERT_ORIGINATOR = ClassSpec(
    "alert_originator",
    (
        *EVERY_CLASS,
        text("name", "alert originator", "originator", "alerting authority", required=True),
        reference("agency", "agency", "agency name", "department"),
        Field("jurisdiction", parse_jurisdiction, ("fips", "county fips", "county"), role=REFERENCE),
        Field("cog_number", registry_number, ("cog", "cog id", "ipaws cog")),
        choices("alert_channels", ALERT_CHANNEL, "channels", "alert channel", synonyms=synonyms.ALERT_CHANNEL),
        text("software", "alerting software", "vendor"),
        whole("trained_originator_count", 0, 100_000, "trained originators", "originators", "trained"),
        day("last_tested_on", "last tested", "last test", "test date", "last test date"),
        day("authority_expires_on", "moa expires", "moa expiration", "agreement expires"),
    ),
    file_names=("alerts", "alerts_and_warnings"),
)


def _finish_service(draft: Draft) -> None:
    set_aside(draft, "broadband_service", tuple(field.name for field in BROADBAND_SERVICE_SENSITIVE))


BROADBAND_SERVICE_SENSITIVE = (Field("tsp_codes", tsp_codes, ("tsp code", "tsp authorization code", "tsp")),)

BROADBAND_SERVICE = ClassSpec(
    "broadband_service",
    (
        *EVERY_CLASS,
        text("name", "broadband service", "service", "service name", "plan", required=True),
        reference("agency", "agency", "agency name", "department"),
        text("carrier", "provider", "wireless carrier"),
        choice("kind", BROADBAND_KIND, "type", "network", synonyms=synonyms.BROADBAND_KIND),
        whole("device_count", 0, MOST_DEVICES, "devices", "number devices", "lines"),
        text("mcptt_app", "mcptt", "mcptt application", "push to talk"),
        whole("wps_subscription_count", 0, MOST_DEVICES, "wps", "wps subscriptions"),
        whole("gets_card_count", 0, MOST_DEVICES, "gets", "gets cards"),
        whole("tsp_circuit_count", 0, 100_000, "tsp circuits"),
        *BROADBAND_SERVICE_SENSITIVE,
    ),
    _finish_service,
    ("broadband", "priority_services"),
)
