"""Stations and their frequencies: licence, antenna and tower, power, width, sides, identities."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from casm.db.tables import Station
from casm.quality.look_at.said import Said
from casm.quality.rules.heights import check_antenna_height
from casm.quality.rules.licensed import LicenceFigures, StationFigures, check_against_licence, check_call_sign
from casm.quality.rules.narrowband import check_narrowband
from casm.quality.rules.p25_identity import check_identities, check_nac
from casm.quality.rules.possible import check_erp
from casm.quality.rules.sides import check_station_sides
from casm.quality.shelf import Row, Shelf

FROM_THE_FCC = "uls"


def look_at_stations(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of stations."""
    call_signs = {row.call_sign for row in rows}
    licences = licences_of(shelf, call_signs)
    licensed = shelf.by("station", "call_sign", call_signs, Station.source == FROM_THE_FCC)
    every = [*rows, *(station for many in licensed.values() for station in many)]
    sites = shelf.one_by_id("site", {one.site_id for one in every})
    freqs = shelf.by("station_frequency", "station_id", {one.id for one in every})
    for row in rows:
        site = sites.get(row.site_id) if row.site_id else None
        if site is not None:
            for doubt in check_antenna_height(row.antenna_height_agl_m, site.overall_height_agl_m, site.name):
                yield row, Said("heights", doubt, (("site", site),))
        for doubt in check_erp(row.tx_output_w, row.line_loss_db, row.antenna_gain_dbi, row.erp_w):
            yield row, Said("possible", doubt)
        for doubt in (
            *check_identities(rfss_id=row.rfss_id, p25_site_id=row.p25_site_id),
            *check_nac(row.nac, "station"),
        ):
            yield row, Said("p25_identity", doubt)
        yield from _licensed(row, licences, licensed, sites, freqs, as_of)


def _licensed(
    row: Row,
    licences: Mapping[str, Row],
    licensed: Mapping[str, list[Row]],
    sites: Mapping[uuid.UUID, Row],
    freqs: Mapping[uuid.UUID, list[Row]],
    as_of: date,
) -> Iterator[tuple[Row, Said]]:
    """Entered against licensed; a station out of the FCC's own files has nothing to be compared with."""
    licence = licences.get(row.call_sign)
    beside = (("licence", licence),) if licence is not None else ()
    for doubt in check_call_sign(row.call_sign, of_licence(licence), as_of):
        yield row, Said("licensed", doubt, beside)
    if row.source == FROM_THE_FCC or not row.call_sign:
        return
    filed = licensed.get(row.call_sign, [])
    site = sites.get(row.site_id) if row.site_id else None
    for doubt in check_against_licence(
        _figures(row, sites, freqs), [_figures(one, sites, freqs) for one in filed], row.call_sign,
        position_accuracy_m=site.position_accuracy_m if site is not None else None,
    ):  # fmt: skip
        rests_on = [*beside, *(("station", one) for one in filed)]
        stand_at = {one.site_id for one in (row, *filed)} & set(sites)
        rests_on += [("site", sites[one]) for one in sorted(stand_at)]
        yield row, Said("licensed", doubt, tuple(rests_on))


def look_at_frequencies(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of a station's frequencies."""
    for row in rows:
        for doubt in check_station_sides(row.station_tx_freq_hz, row.station_rx_freq_hz):
            yield row, Said("sides", doubt)
        designators = (row.emission_designators or "").split(",")
        for doubt in check_narrowband((row.station_tx_freq_hz, row.station_rx_freq_hz), designators, as_of):
            yield row, Said("narrowband", doubt)


def licences_of(shelf: Shelf, call_signs: Iterable[str | None]) -> dict[str, Row]:
    """Call sign → its licence; of several owners' the one that ends last."""
    found = shelf.by("licence", "call_sign", call_signs)
    return {sign: max(rows, key=lambda row: (row.expires_on or date.min, str(row.id))) for sign, rows in found.items()}


def of_licence(row: Row | None) -> LicenceFigures | None:
    """A licence's figures."""
    if row is None:
        return None
    return LicenceFigures(row.call_sign, row.licence_status, row.expires_on, row.cancelled_on)


def _figures(row: Row, sites: Mapping[uuid.UUID, Row], freqs: Mapping[uuid.UUID, list[Row]]) -> StationFigures:
    site = sites.get(row.site_id) if row.site_id else None
    transmitted = [one for one in freqs.get(row.id, ()) if one.station_tx_freq_hz is not None]
    return StationFigures(
        longitude_deg=None if site is None else site.longitude_deg,
        latitude_deg=None if site is None else site.latitude_deg,
        antenna_height_agl_m=row.antenna_height_agl_m,
        erp_w=row.erp_w,
        freqs_hz=frozenset(one.station_tx_freq_hz for one in transmitted),
        erp_by_freq_hz=tuple((one.station_tx_freq_hz, one.erp_w) for one in transmitted if one.erp_w is not None),
    )
