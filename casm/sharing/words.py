"""What can be shared and how finely, in the words people use."""

from collections.abc import Iterable

from casm.sharing.asset_class import ASSET_CLASSES

CLASS_WORDS = {
    "site": "Towers and other sites",
    "station": "Stations at the sites",
    "backhaul_link": "Links between sites",
    "gateway": "Gateways",
    "radio_cache": "Radio caches and what is checked out",
    "mobile_comm_vehicle": "Mobile communications vehicles",
    "dispatch_center": "Dispatch centers (PSAPs)",
    "comm_unit_member": "Communications-unit personnel",
    "alert_originator": "Alerts and warnings",
    "broadband_service": "Broadband and priority services",
    "radio": "Individual radios",
    "agency": "Agencies and their service areas",
    "radio_system": "Radio systems",
    "channel": "Channels",
    "talkgroup": "Talkgroups",
    "fleet": "Fleets and their programming",
    "licence": "Licences",
    "agreement": "Agreements",
    "need": "Stated needs",
    "jurisdiction": "Boundaries",
    "contact": "Contacts",
    "coverage": "Computed coverage",
    "interoperability": "Computed answers on who can talk to whom",
    "gap": "Computed gaps",
}

FIELD_CLASS_WORDS = {
    "public": "Common details: names, heights, frequencies",
    "sensitive": "Sensitive details: access, power, leases, circuits, serial numbers of radios",
    "encryption": "Encryption: algorithms and key numbers, never keys",
    "contact": "People: names, telephone numbers, e-mail addresses",
}

PRECISION_WORDS = {
    0: "as recorded",
    1000: "only the square of about 1 km that each lies in, without its name",
    10000: "only the square of about 10 km that each lies in, without its name",
}


def classes_in_words(asset_classes: Iterable[str] | None) -> str:
    """The layers in one line, in the order of the form; None means every layer."""
    if asset_classes is None or set(asset_classes) >= set(ASSET_CLASSES):
        return "every layer"
    chosen = set(asset_classes)
    return ", ".join(
        words if number == 0 else words[0].lower() + words[1:]
        for number, words in enumerate(words for name, words in CLASS_WORDS.items() if name in chosen)
    )


def fields_in_words(field_classes: Iterable[str]) -> str:
    """The field classes in one line, short."""
    chosen = set(field_classes)
    return ", ".join(words.partition(":")[0].lower() for name, words in FIELD_CLASS_WORDS.items() if name in chosen)


def place_in_words(*, has_area: bool, precision_m: int) -> str:
    """Where a share reaches and how finely, in one line."""
    where = "in the chosen area" if has_area else "everywhere"
    return where if precision_m == 0 else f"{where}, {PRECISION_WORDS[precision_m]}"
