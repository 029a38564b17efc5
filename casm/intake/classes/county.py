"""The county and state that a record stands in, by name or by code."""

from casm.intake import values
from casm.intake.fields import Draft, Field, part
from casm.intake.fips import counties, county_fips, state_fips, states

COUNTY: tuple[Field, ...] = (
    part("county_fips", values.code, "fips", "fips code", "county code"),
    part("county", values.code, "county name"),
    part("state", values.text, "state code", "state name", "st"),
)


def finish_county(draft: Draft) -> None:
    """County and state, by code or by name, into the FIPS code and the postal code."""
    stated_state, stated_county, stated_code = draft.take("state"), draft.take("county"), draft.take("county_fips")
    state = state_fips(stated_state) if stated_state else None
    if stated_state and state is None:
        draft.fault("state", "there is no such state or territory", "write its postal code, such as TN")
        return
    found = None
    if stated_code:
        found = stated_code.zfill(5) if stated_code.isdigit() else stated_code
        if found not in counties():
            draft.fault("county_fips", "there is no county of this code", "write the five-digit FIPS code, as 47013")
            return
        if state and found[:2] != state:
            draft.fault("county_fips", f"{found} is not a county of {states()[state][1]}", "correct one of the two")
            return
    if stated_county and stated_county.isdigit() and found is None:
        found = stated_county.zfill(5) if stated_county.zfill(5) in counties() else None
        if found is None:
            draft.fault("county", "there is no county of this code", "write the county's name or its FIPS code")
            return
    elif stated_county:
        known_state = state or (found[:2] if found else None)
        if known_state is None:
            draft.fault("county", "a county's name needs its state", "add a column state, or county_fips")
            return
        named = county_fips(stated_county, known_state)
        if named is None:
            draft.fault("county", f"there is no one county of this name in {states()[known_state][1]}",
                        "write its full name, such as Roanoke County or Roanoke city")  # fmt: skip
            return
        if found and named != found:
            draft.fault("county_fips", f"{found} is {counties()[found]}, not {stated_county}", "correct one of the two")
            return
        found = named
    if found:
        draft.values["county_fips"] = found
    if found or state:
        draft.values["state_code"] = states()[found[:2] if found else state][0]
