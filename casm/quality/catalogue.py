"""Every rule by name: what it is called, and its source as its function states it."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from casm.quality.rules.channel_name import check_channel_name
from casm.quality.rules.county import check_county
from casm.quality.rules.duplicate import check_duplicate
from casm.quality.rules.expiry import check_expiry
from casm.quality.rules.heights import check_heights
from casm.quality.rules.licensed import check_against_licence
from casm.quality.rules.missing import check_missing
from casm.quality.rules.narrowband import check_narrowband
from casm.quality.rules.national_squelch import check_national_squelch
from casm.quality.rules.p25_identity import check_identities
from casm.quality.rules.path_length import check_path_length
from casm.quality.rules.possible import check_erp
from casm.quality.rules.sides import check_sides
from casm.quality.rules.squelch_kind import check_squelch_kind
from casm.quality.rules.stale import check_stale

_SOURCE = re.compile(r"Source: (.*?)(?:\n\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """A rule. title: as a filter and a heading name it. check: its function, or the chief one of several."""

    name: str
    title: str
    check: Callable[..., Any]

    @property
    def source(self) -> str:
        """Document, edition and section, in the words of its docstring."""
        match = _SOURCE.search(inspect.getdoc(self.check) or "")
        return "" if match is None else " ".join(match[1].split())


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("channel_name", "Channel name and frequency", check_channel_name),
        Rule("national_squelch", "Squelch of national channels", check_national_squelch),
        Rule("sides", "RX and TX changed over", check_sides),
        Rule("squelch_kind", "Tone or NAC of the wrong kind", check_squelch_kind),
        Rule("narrowband", "Narrowbanding", check_narrowband),
        Rule("heights", "Heights in conflict", check_heights),
        Rule("county", "Site and county", check_county),
        Rule("licensed", "Entered and licensed", check_against_licence),
        Rule("duplicate", "On record twice", check_duplicate),
        Rule("expiry", "Ended or ending", check_expiry),
        Rule("possible", "Figures that cannot hold together", check_erp),
        Rule("path_length", "Shortest microwave path", check_path_length),
        Rule("p25_identity", "P25 identities", check_identities),
        Rule("missing", "Missing", check_missing),
        Rule("stale", "Not confirmed in time", check_stale),
    )
}
