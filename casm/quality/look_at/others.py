"""Systems, agencies, fleets, templates, gateways: identities, and figures that cannot hold together."""

from collections.abc import Iterator
from datetime import date

from casm.quality.look_at.said import Said
from casm.quality.rules.p25_identity import check_identities
from casm.quality.rules.possible import check_at_most, check_order, check_phase_2
from casm.quality.shelf import Row, Shelf


def look_at_systems(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of radio systems."""
    for row in rows:
        for doubt in check_identities(wacn=row.wacn, system_id=row.system_id):
            yield row, Said("p25_identity", doubt)
        for doubt in check_order("in service since", row.in_service_on, "its end of life", row.end_of_life_on):
            yield row, Said("possible", doubt)


def look_at_agencies(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of agencies."""
    for row in rows:
        for doubt in check_at_most("sworn staff", row.sworn_staff_count, "all staff", row.total_staff_count):
            yield row, Said("possible", doubt)


def look_at_fleets(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of fleets."""
    for row in rows:
        for doubt in check_phase_2(row.modes, row.tdma_capable):
            yield row, Said("possible", doubt)


def look_at_templates(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of programming templates, beside their fleets."""
    fleets = shelf.one_by_id("fleet", {row.fleet_id for row in rows})
    for row in rows:
        if fleet := fleets.get(row.fleet_id):
            for doubt in check_at_most(
                "radios programmed with it", row.programmed_radio_count, "the fleet's radios", fleet.radio_count
            ):
                yield row, Said("possible", doubt, (("fleet", fleet),))


def look_at_gateways(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of gateways."""
    for row in rows:
        for doubt in check_at_most(
            "patches in use", row.patches_in_use, "the patches it can hold", row.simultaneous_patches
        ):
            yield row, Said("possible", doubt)
