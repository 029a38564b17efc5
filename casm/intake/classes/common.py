"""Fields that every class has, and the parts that several classes assemble alike: positions, areas, encryption."""

import re
from typing import Any

import shapely

from casm.db.columns import RECORD_STATUS, SENSITIVITY
from casm.intake import datums, synonyms, values
from casm.intake.areas import parse_area
from casm.intake.cell import Cell, CellError
from casm.intake.coordinates import parse_pair, parse_position
from casm.intake.fields import Draft, Field, choice, day, part, references, text
from casm.intake.fips import jurisdiction_code
from casm.intake.grid_cells import parse_grid
from casm.intake.measures import integer
from casm.intake.row import ChildRow, ChildSet, Reference
from casm.inventory.choices import ENCRYPTION_ALGORITHM, ENCRYPTION_STATE
from geo.grid_reference import GridPosition

EVERY_CLASS: tuple[Field, ...] = (
    part("owner", values.code, "owner code"),
    choice("status", RECORD_STATUS, "record status", synonyms=synonyms.STATUS),
    part("source_key", values.code, "source id", "record id"),
    day("verified_on", "last verified", "verified date", "date verified"),
    text("verified_by"),
    choice("sensitivity", SENSITIVITY, "sharing", synonyms=synonyms.SENSITIVITY),
    text("remarks", "notes", "comments"),
)

POSITION: tuple[Field, ...] = (
    part("latitude", lambda cell: cell, "lat", "latitude dms", "lat dms", "lat dd", "y coordinate", "gps latitude"),
    part("longitude", lambda cell: cell, "lon", "long", "longitude dms", "long dms", "lon dd", "x coordinate",
         "gps longitude"),
    part("coordinates", lambda cell: cell, "lat long", "lat lon", "latitude longitude", "position", "gps",
         "gps coordinates", "location coordinates", "usng", "mgrs", "utm", "national grid", "grid reference"),
    part("datum", datums.parse_datum, "horizontal datum", "coordinate datum"),
)  # fmt: skip


def finish_position(draft: Draft, column: str, *, keep_source: bool) -> None:
    """Latitude, longitude and datum into one point on WGS84; keep_source: store how it was written as well."""
    latitude, longitude, pair = draft.take("latitude"), draft.take("longitude"), draft.take("coordinates")
    datum = draft.take("datum") or draft.parts.pop("heading_datum", None)
    if latitude is None and longitude is None and pair is None:
        return
    if pair is not None and (latitude is not None or longitude is not None):
        draft.fault("coordinates", "the position is stated twice", "keep one column or the two others")
        return
    if pair is None and (latitude is None or longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        draft.fault(missing, f"the {missing} is missing", "fill in both or neither")
        return
    field_name = "coordinates" if pair is not None else "longitude"
    found = draft.attempt(field_name, lambda: _pair(pair, datum) if pair else parse_position(latitude, longitude))
    if found is None:
        return
    if isinstance(found, GridPosition):
        lon, lat = found.longitude_deg, found.latitude_deg
        if keep_source:
            draft.values["position_accuracy_m"] = max(
                draft.values.get("position_accuracy_m") or 0.0, round(found.accuracy_m, 1)
            )
    else:
        lon, lat = found
    if datum == "NAD27":
        converted = draft.attempt(field_name, lambda: datums.nad27_to_wgs84(lon, lat))
        if converted is None:
            return
        lon, lat = converted.longitude_deg, converted.latitude_deg
        draft.note(
            field_name,
            f"converted from NAD27 to WGS84 by {converted.method}, good to {converted.accuracy_m:g} m",
            "convert it with the NADCON grids first if that is not enough",
        )
        if keep_source:
            stated = draft.values.get("position_accuracy_m") or 0.0
            draft.values["position_accuracy_m"] = max(stated, converted.accuracy_m)
    draft.values[column] = shapely.Point(lon, lat)
    if keep_source:
        draft.values["source_datum"] = datum or "unknown"
        draft.values["source_latitude"] = (pair or latitude).text
        draft.values["source_longitude"] = (pair or longitude).text


def _pair(cell: Cell, datum: str | None) -> GridPosition | tuple[float, float]:
    """One cell's position: a grid reference with its square, else latitude and longitude."""
    return parse_grid(cell, datum) or parse_pair(cell)


def area_fields(column: str, *aliases: str) -> tuple[Field, ...]:
    """An area, drawn in the cell or as a list of counties."""
    return (
        part(column, parse_area, *aliases, f"{column} wkt", f"{column} geojson"),
        part(f"{column}_fips", values.texts, f"{column} counties", f"{column} county fips"),
    )


def finish_area(draft: Draft, column: str, source_column: str | None = None) -> None:
    """An area into its column, or the jurisdictions whose union it is."""
    drawn, codes = draft.take(column), draft.take(f"{column}_fips")
    if drawn is not None and codes:
        draft.fault(column, "the area is drawn and given by counties as well", "keep one of the two")
    elif drawn is not None:
        draft.values[column] = drawn
        if source_column:
            draft.values.setdefault(source_column, "drawn")
    elif codes:
        draft.areas[column] = tuple(jurisdiction(written) for written in codes)
        if source_column:
            draft.values.setdefault(source_column, "jurisdictions " + ", ".join(codes))


def jurisdiction(written: str) -> Reference:
    """A jurisdiction by code, or by the name of a state or county of the United States."""
    owner, mark, name = written.rpartition("::")
    known = jurisdiction_code(name)
    return Reference("jurisdiction", known or name, owner if mark else None)


def parse_jurisdiction(cell: Cell) -> Reference:
    """A jurisdiction cell."""
    plain = re.sub(r"^\d{4}$", lambda code: code[0].zfill(5), cell.text)
    return jurisdiction(values.code(Cell(plain)))


def parse_key_reference(cell: Cell) -> int:
    """The number of a key, as CKR 12 or SLN 12; anything longer is refused unseen."""
    written = re.sub(r"^(?:ckr|sln|key|keyset)\s*[#:]?\s*", "", cell.text, flags=re.I)
    values.refuse_key_material(written)
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}[ :]?){6,}", written):
        raise CellError(
            "this looks like the material of an encryption key, which must never be in a record",
            "remove it from the file, and write the key's number (CKR or SLN) only",
            secret=True,
        )
    try:
        return integer(0, 65535)(Cell(written))
    except CellError as error:
        raise CellError(
            "a key is named by its number (CKR or SLN), 0 to 65535", "write the number only", secret=True
        ) from error


def parse_email(cell: Cell) -> str:
    """One e-mail address."""
    plain = values.text(cell)
    if not re.fullmatch(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+", plain):
        raise CellError("this is not one e-mail address", "write one address, such as radio@example.gov")
    return plain


REACHED_BY: tuple[Field, ...] = (
    Field("phone", values.code, ("office phone", "work phone", "phone number", "telephone number")),
    Field("mobile", values.code, ("mobile phone", "cell phone", "cell number")),
    Field("email", parse_email, ("e-mail", "email address")),
)


RESOURCE_ENCRYPTION: tuple[Field, ...] = (
    part("encryption_state", values.choice(ENCRYPTION_STATE, synonyms.ENCRYPTION_STATE), "encryption", "encrypted",
         "secure", terms=ENCRYPTION_STATE),
    part("encryption_algorithm", values.choice(ENCRYPTION_ALGORITHM, synonyms.ENCRYPTION_ALGORITHM), "algorithm",
         "encryption type", terms=ENCRYPTION_ALGORITHM),
    part("key_reference", parse_key_reference, "ckr", "sln", "key id", "keyset"),
)  # fmt: skip


def finish_encryption(draft: Draft, parent: str) -> None:
    """Encryption of a channel or talkgroup into its side table."""
    names = {"encryption_state": "state", "encryption_algorithm": "algorithm", "key_reference": "key_reference"}
    stated: dict[str, Any] = {}
    for name, column in names.items():
        if name in draft.parts:
            stated[column] = draft.parts.pop(name)
    if not stated:
        return
    if stated.get("state") == "clear" and stated.get("key_reference") is not None:
        draft.fault("key_reference", "it is clear and names a key", "empty one of the two")
        return
    if stated.get("state") in ("strapped", "selectable") and stated.get("algorithm") == "none":
        draft.fault("encryption_algorithm", "it is encrypted, but its algorithm is none", "correct one of the two")
        return
    child = ChildRow(stated)
    draft.children.append(ChildSet("resource_encryption", parent, (child,), column="encryption_state"))


def set_aside(draft: Draft, parent: str, names: tuple[str, ...], *, side_table: str | None = None) -> None:
    """Values of a class of field into the record's side table, by default the one of sensitive fields."""
    stated = {name: draft.values.pop(name) for name in names if name in draft.values}
    if stated:
        side = side_table or f"{parent}_sensitive"
        draft.children.append(ChildSet(side, parent, (ChildRow(stated),), column=next(iter(stated))))


def joined(draft: Draft, field_name: str, child_class: str, parent: str, reference_name: str, **scope: Any) -> None:
    """A list of other records into a set of children that join them to the row."""
    listed: list[Reference] | None = draft.take(field_name)
    if listed is None:
        return
    rows = tuple(ChildRow({}, {reference_name: one}) for one in listed)
    draft.children.append(ChildSet(child_class, parent, rows, scope, field_name))


def parties_field() -> Field:
    """Agencies that are party to a row."""
    return references("parties", "agency", "agencies", "party", "between")


__all__ = [
    "EVERY_CLASS", "POSITION", "REACHED_BY", "RESOURCE_ENCRYPTION", "area_fields", "finish_area", "finish_encryption",
    "finish_position", "joined", "jurisdiction", "parse_email", "parse_jurisdiction", "parse_key_reference",
    "parties_field", "set_aside",
]  # fmt: skip
