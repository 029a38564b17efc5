"""Channels: name, sides, squelch, width, call sign."""

from collections.abc import Iterator
from datetime import date

from casm.quality.doubt import Doubt
from casm.quality.look_at.said import Said
from casm.quality.look_at.stations import licences_of, of_licence
from casm.quality.rules.channel_name import check_channel_name
from casm.quality.rules.licensed import check_call_sign
from casm.quality.rules.narrowband import check_narrowband
from casm.quality.rules.national_squelch import PARTS, Squelch, check_national_squelch
from casm.quality.rules.p25_identity import check_nac
from casm.quality.rules.possible import check_emission, check_land_mobile
from casm.quality.rules.sides import check_sides
from casm.quality.rules.squelch_kind import check_squelch_kind
from casm.quality.shelf import Row, Shelf

RECEIVE_ONLY = "receive_only"


def look_at_channels(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of channels."""
    licences = licences_of(shelf, {row.call_sign for row in rows})
    for row in rows:
        for rule, doubt in _alone(row, shelf, as_of):
            yield row, Said(rule, doubt)
        licence = licences.get(row.call_sign)
        for doubt in check_call_sign(row.call_sign, of_licence(licence), as_of):
            yield row, Said("licensed", doubt, (("licence", licence),) if licence is not None else ())


def _alone(row: Row, shelf: Shelf, as_of: date) -> Iterator[tuple[str, Doubt]]:
    national, rx, tx = shelf.national, _squelch(row, "rx"), _squelch(row, "tx")
    for doubt in check_channel_name(
        row.name, row.rx_freq_hz, row.tx_freq_hz, national,
        alias=row.alias, receive_only=row.configuration == RECEIVE_ONLY,
    ):  # fmt: skip
        yield "channel_name", doubt
    for doubt in check_national_squelch(row.name, row.rx_freq_hz, row.tx_freq_hz, rx, tx, national):
        yield "national_squelch", doubt
    sides = {f"{side}_{part}": getattr(row, f"{side}_{part}") for side in ("rx", "tx") for part in PARTS}
    for doubt in check_sides(row.rx_freq_hz, row.tx_freq_hz, national, sides, name=row.name):
        yield "sides", doubt
    for side, stated in (("rx", rx), ("tx", tx)):
        for doubt in check_squelch_kind(side, row.mode, *stated):
            yield "squelch_kind", doubt
        for doubt in check_nac(stated[3], f"subscriber {side}"):
            yield "p25_identity", doubt
    designators = [row.emission_designator] if row.emission_designator else []
    freqs_hz = (row.rx_freq_hz, row.tx_freq_hz)
    for doubt in check_narrowband(freqs_hz, designators, as_of, bandwidth_hz=row.bandwidth_hz):
        yield "narrowband", doubt
    for doubt in (
        *check_emission(row.emission_designator, row.bandwidth_hz, row.mode), *check_land_mobile(freqs_hz),
    ):  # fmt: skip
        yield "possible", doubt


def _squelch(row: Row, side: str) -> Squelch:
    kind, ctcss_hz, dcs_code, nac = (getattr(row, f"{side}_{part}") for part in PARTS)
    return kind, ctcss_hz, dcs_code, nac
