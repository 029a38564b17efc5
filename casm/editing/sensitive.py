"""Fields of the class "sensitive": access, power and circuits, which tell more of a place than that it is there."""

SENSITIVE_FIELDS: dict[str, frozenset[str]] = {
    "site": frozenset({"access_notes", "grid_power", "generator_kw", "generator_fuel_hours", "battery_hours"}),
    "backhaul_link": frozenset({"circuit_id"}),
}


def is_sensitive(record_class: str, name: str) -> bool:
    """Whether a field is shown only to viewers who have the class sensitive."""
    return name in SENSITIVE_FIELDS.get(record_class, ())
