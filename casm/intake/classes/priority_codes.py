"""Telecommunications Service Priority (TSP) authorization codes, as carriers and agencies write them."""

import re

from casm.intake import values
from casm.intake.cell import Cell, CellError

TSP_CODE = re.compile(r"^TSP[0-9A-Z]{6}-[0-9E][0-9]$")


def tsp_code(cell: Cell) -> str:
    """One code: TSP, six characters, a hyphen, and the two priorities of provisioning and restoration."""
    code = values.text(cell).upper().replace(" ", "")
    if not TSP_CODE.match(code):
        raise CellError(
            "this is no TSP authorization code",
            "write TSP, six characters, a hyphen and two more, as TSP12C456-03",
        )
    return code


def tsp_codes(cell: Cell) -> list[str]:
    """Several codes, ; or , between them."""
    return [tsp_code(Cell(code)) for code in values.elements(cell.text, ";,")]
