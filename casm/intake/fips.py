"""State and county codes and names, from the boundary files that come with the program."""

import importlib.resources
import re
from collections.abc import Iterator
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

import pyogrio.raw
import shapely

STATES_FILE = "cb_2016_us_state_500k.shp"
COUNTIES_FILE = "cb_2016_us_county_500k.shp"
# Legal and statistical area descriptions that occur among counties (Census, cartographic boundary files 2016).
LSAD = {
    "00": "", "03": "City and Borough", "04": "Borough", "05": "Census Area", "06": "County", "07": "District",
    "10": "Island", "12": "Municipality", "13": "Municipio", "15": "Parish", "25": "city",
}  # fmt: skip
TERRITORIES = frozenset({"60", "66", "69", "72", "78"})


def boundary_file(name: str) -> Path:
    """A boundary file of the package that carries them."""
    return Path(str(importlib.resources.files("_plotly_geo") / "package_data" / name))


def boundary_rows(name: str, columns: tuple[str, ...], *, with_area: bool = False) -> Iterator[dict[str, Any]]:
    """The rows of a boundary file in its order; with_area: each with its polygon as ``area`` (NAD83 degrees)."""
    path = boundary_file(name)
    meta, _, areas, values = pyogrio.raw.read(path, columns=list(columns), read_geometry=with_area, encoding="utf-8")
    polygons = shapely.from_wkb(areas) if with_area else repeat(None)
    for polygon, *row in zip(polygons, *values, strict=False):
        found = dict(zip(meta["fields"], row, strict=True))
        yield {**found, "area": polygon} if with_area else found


@cache
def states() -> dict[str, tuple[str, str]]:
    """State FIPS code → (postal code, name), 50 states, the District of Columbia and five territories."""
    rows = boundary_rows(STATES_FILE, ("STATEFP", "STUSPS", "NAME"))
    return {row["STATEFP"]: (row["STUSPS"], row["NAME"]) for row in rows}


@cache
def counties() -> dict[str, str]:
    """County FIPS code → its full name, as Campbell County."""
    rows = boundary_rows(COUNTIES_FILE, ("GEOID", "NAME", "LSAD"))
    return {row["GEOID"]: county_name(row["NAME"], row["LSAD"]) for row in rows}


def county_name(name: str, lsad: str) -> str:
    """The county's name with its kind, as Campbell County or Orleans Parish."""
    return f"{name} {LSAD[lsad]}".strip()


@cache
def _state_codes() -> dict[str, str]:
    found = {}
    for fips, (postal, name) in states().items():
        found |= {fips: fips, postal.casefold(): fips, name.casefold(): fips}
    return found


@cache
def _county_codes() -> dict[tuple[str, str], list[str]]:
    """(state FIPS, folded name with or without its kind) → the codes of that name."""
    found: dict[tuple[str, str], list[str]] = {}
    kinds = "|".join(kind for kind in LSAD.values() if kind)
    for code, name in counties().items():
        bare = re.sub(rf" (?:{kinds})$", "", name)
        for form in {_folded(name), _folded(bare)}:
            found.setdefault((code[:2], form), []).append(code)
    return found


def _folded(name: str) -> str:
    plain = re.sub(r"[.'’]", "", name.casefold())
    plain = re.sub(r"\bco(unty)?$", "county", plain.strip())
    return re.sub(r"^saint\b", "st", re.sub(r"\s+", " ", plain))


def state_fips(written: str) -> str | None:
    """FIPS code of a state written as code, postal code or name; None when it is none."""
    plain = re.sub(r"\s+", " ", written.strip()).casefold()
    return _state_codes().get(plain.zfill(2) if plain.isdigit() else plain)


def county_fips(written: str, state: str) -> str | None:
    """FIPS code of a county by name in the state of that FIPS code; None when there is none or more than one.

    Where an independent city has the name of a county, only the full name ("Roanoke city") tells them apart.
    """
    found = _county_codes().get((state, _folded(written)), [])
    if len(found) > 1:
        exact = [code for code in found if _folded(counties()[code]) == _folded(written)]
        found = exact or found
    return found[0] if len(found) == 1 else None


def jurisdiction_code(written: str) -> str | None:
    """Code of a state or county as people name it: 47013, "Campbell County, TN" or Tennessee; None otherwise."""
    if match := re.match(r"^(.+?),\s*([A-Za-z ]+)$", written.strip()):
        state = state_fips(match[2])
        return county_fips(match[1], state) if state else None
    return None if written.strip().isdigit() else state_fips(written)
