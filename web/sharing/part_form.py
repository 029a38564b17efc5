"""The fields that grants and share links have in common: whose records, which layers and details, where, how finely."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casm.errors import CasmError
from casm.sharing.asset_class import RESULT_LAYERS
from casm.sharing.places_to_choose import county_area, read_counties
from casm.sharing.rights import managed_owners
from casm.sharing.shared_part import SharedPart, area_of_corners, shared_part
from casm.sharing.words import CLASS_WORDS, FIELD_CLASS_WORDS, PRECISION_WORDS

EVERYWHERE, COUNTY, DRAWN = "everywhere", "county", "drawn"


def part_choices(session: Session) -> dict[str, Any]:
    """What the form offers to this asker."""
    return {
        "owners": managed_owners(session),
        "record_layers": [(name, words) for name, words in CLASS_WORDS.items() if name not in RESULT_LAYERS],
        "result_layers": [(name, words) for name, words in CLASS_WORDS.items() if name in RESULT_LAYERS],
        "details": [(name, words) for name, words in FIELD_CLASS_WORDS.items() if name != "public"],
        "precisions": list(PRECISION_WORDS.items()),
        "counties": read_counties(session),
    }


def owner_of_form(form: MultiDict[str, str]) -> UUID:
    """Whose records are shared; CasmError when none is chosen."""
    try:
        return UUID(form.get("owner", ""))
    except ValueError:
        raise CasmError("It is not chosen whose records are shared.", "choose one of those you manage") from None


def part_of_form(session: Session, form: MultiDict[str, str]) -> SharedPart:
    """The part that was chosen; CasmError names what cannot be as it is, and its mend."""
    where = form.get("where", EVERYWHERE)
    if where == COUNTY:
        area = county_area(session, form.get("county", ""))
    elif where == DRAWN:
        area = area_of_corners(form.get("corners", ""))
    elif where == EVERYWHERE:
        area = None
    else:
        raise CasmError("It is not chosen where the records lie that are shared.", "choose one of the three")
    try:
        precision_m = int(form.get("precision", "0"))
    except ValueError:
        raise CasmError("It is not chosen how exact positions are shown.", "choose one of those offered") from None
    return shared_part(form.getlist("layer"), form.getlist("detail"), area, precision_m)


def end_of_form(form: MultiDict[str, str], longest: timedelta) -> datetime | None:
    """The end of the day that was chosen (UTC), None where none was; CasmError when it is no day."""
    written = form.get("until", "").strip()
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise CasmError(f"The last day is not understood: {written[:40]!r}.", "write it as 2027-03-31") from None
    last = datetime.now(UTC) + longest
    # The last day that can be chosen ends a little after the longest time.
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    return min(midnight, last) if day == last.date() else midnight
