"""Rule: P25 identities are in their range and none of the reserved values; $F7E and $F7F are for receivers."""

from casm.quality.doubt import ERROR, NOTE, WARNING, Doubt

# What, lowest and highest value that may be assigned, digits it is written with.
ASSIGNED = {
    "wacn": ("WACN", 0x00001, 0xFFFFE, 5),
    "system_id": ("System ID", 0x001, 0xFFE, 3),
    "rfss_id": ("RFSS ID", 0x01, 0xFE, 2),
    "p25_site_id": ("site ID", 0x01, 0xFE, 2),
}
ANY_NAC, ANY_NAC_REPEATED, DEFAULT_NAC = 0xF7E, 0xF7F, 0x293


def check_identities(**identities: int | None) -> list[Doubt]:
    """Doubts about a system's or station's identities, by column: wacn, system_id, rfss_id, p25_site_id.

    Source: TIA-102.AABC-E (2019), Trunking Control Channel Messages, and TIA-102.BAAC-D (2017), Common Air Interface
    Reserved Values: WACN 00001-FFFFE, System ID 001-FFE, RFSS and site 01-FE are assigned; all zeros and all ones are
    reserved.
    """
    found = []
    for column, value in identities.items():
        what, low, high, digits = ASSIGNED[column]
        if value is not None and not low <= value <= high:
            sentence = f"${value:0{digits}X} is no {what} that is assigned: all zeros and all ones are reserved."
            figures = ((what, f"${value:0{digits}X}"), ("assigned", f"${low:0{digits}X} to ${high:0{digits}X}"))
            found.append(Doubt(ERROR, sentence, figures, column))
    return found


def check_nac(nac: int | None, role: str, *, others: frozenset[int] = frozenset()) -> list[Doubt]:
    """Doubts about a NAC. role: ``subscriber rx``, ``subscriber tx`` or ``station``. others: NACs of the same system.

    Source: TIA-102.BAAC-D (2017), Common Air Interface Reserved Values, network access codes: $293 default, $F7E opens
    a receiver on any NAC, $F7F makes a repeater repeat any NAC and send it on; neither is transmitted by a subscriber.
    """
    if nac is None:
        return []
    figures = (("NAC", f"${nac:03X}"),)
    if role == "subscriber tx" and nac in (ANY_NAC, ANY_NAC_REPEATED):
        sentence = f"A radio sends ${nac:03X}, which is reserved for receivers: no repeater will know it as its own."
        return [Doubt(ERROR, sentence, figures, "nac tx")]
    if role == "subscriber rx" and nac == ANY_NAC_REPEATED:
        sentence = "$F7F tells a repeater to pass on any NAC; a radio that is to open on any NAC is set to $F7E."
        return [Doubt(WARNING, sentence, figures, "nac rx")]
    if role == "station" and nac == ANY_NAC:
        sentence = "The station's NAC is $F7E, which stands for any NAC in a receiver and is no station's own."
        return [Doubt(WARNING, sentence, figures, "nac")]
    if role == "station" and nac == DEFAULT_NAC:
        sentence = "The station has the default NAC $293, which every national channel and factory setting has as well."
        return [Doubt(NOTE, sentence, figures, "nac")]
    return []
