"""Random small worlds for laws and for the comparison with the naive reference."""

from datetime import date

import numpy as np
from hypothesis import strategies as st
from small_worlds import CSQ, FRESH, GRID, PORTABLE, STALE, TONE, Region

from geo.interop.resource import Squelch

NAN = float("nan")
VERIFIED = st.sampled_from([FRESH] * 30 + [STALE, None])
PROBABILITIES = np.array([0.99, 0.99, 0.97, 0.5, NAN])


def often(value, *others):
    """A value most of the time, else one of the others."""
    return st.sampled_from([value] * 12 + list(others))


@st.composite
def probabilities(draw) -> np.ndarray:
    """An array of high, low and unknown probabilities."""
    if draw(st.booleans()):
        return np.full(GRID.shape, 0.99)
    choices = draw(st.lists(st.integers(0, len(PROBABILITIES) - 1), min_size=12, max_size=12))
    return PROBABILITIES[choices].reshape(GRID.shape)


@st.composite
def regions(draw, members: int = 2) -> Region:
    """Two or more agencies with a little of everything, much of it unknown, stale, lapsed or failing."""
    region = Region()
    owners = st.sampled_from(["county"] * 6 + ["state"])
    names = [f"A{n}" for n in range(members)]
    for name in names:
        region.agency(name, owner=draw(owners), discipline=draw(st.sampled_from(["law", "fire", None])))
    resources = _systems(draw, region, owners) + _channels(draw, region, owners)
    for name in names:
        for number in range(draw(st.sampled_from([1, 1, 1, 2, 0]))):
            region.fleets[name].append(_radios(draw, region, f"{name} fleet {number}", resources))
    if draw(st.booleans()):
        _gateway(draw, region, resources, names, owners)
    if draw(st.booleans()):
        _cache(draw, region, resources, names, owners)
    for number in range(draw(st.integers(0, 2))):
        region.agreement(
            f"agreement {number}",
            set(draw(st.lists(st.sampled_from(names), min_size=1))),
            set(draw(st.lists(st.sampled_from([*resources, "S0", "S1", "G", "K"]), min_size=1))),
            effective=draw(often(date(2020, 1, 1), None, date(2027, 1, 1))),
            expires=draw(often(date(2030, 1, 1), None, date(2026, 6, 30))),
            verified=draw(VERIFIED),
        )
    return region


def _systems(draw, region: Region, owners) -> list[str]:
    talkgroups = []
    count = draw(st.sampled_from([0, 1, 2, 2]))
    for number in range(count):
        name = f"S{number}"
        technology = draw(st.sampled_from(["p25_phase1", "p25_phase1", "p25_phase2", "edacs", "edacs", None]))
        standards = None if technology is None else technology != "edacs"
        bands = draw(often({"700"}, {"700", "VHF"}, None))
        region.system(
            name,
            owner=draw(owners),
            technology=technology,
            standards=standards,
            bands=bands,
            verified=draw(VERIFIED),
            licensed=draw(often(True, False)),
        )
        if draw(often(True, False)):
            region.cover(name, draw(probabilities()), draw(probabilities()))
        for index in range(draw(st.integers(1, 2))):
            encryption = draw(
                st.sampled_from([*[("clear",)] * 6, (), ("strapped", "aes_256", 7), ("selectable", "aes_256", 7)])
            )
            talkgroups.append(
                region.talkgroup(
                    f"T{number}{index}",
                    name,
                    owner=draw(owners),
                    encryption=encryption,
                    access=draw(st.sampled_from(["fdma", "fdma", "tdma", "dynamic", None])),
                    verified=draw(VERIFIED),
                )
            )
    if count == 2 and draw(st.booleans()):
        region.join(
            "S0",
            "S1",
            in_force=draw(often(True, False, None)),
            carried=draw(often(frozenset(talkgroups), None, frozenset())),
        )
    return talkgroups


def _channels(draw, region: Region, owners) -> list[str]:
    names = []
    for number in range(draw(st.integers(0, 3))):
        rx, tx = draw(
            often(
                (155_000_000, 159_000_000), (155_000_000, 155_000_000), (453_000_000, 458_000_000), (None, 159_000_000)
            )
        )
        mode = draw(often("analog_fm", "p25_phase1", "mixed_fm_p25", None))
        squelches = st.sampled_from([TONE] * 9 + [CSQ, Squelch("ctcss", "100.0"), Squelch(None)])
        name = region.channel(
            f"C{number}", rx=rx, tx=tx, rx_squelch=draw(squelches), tx_squelch=draw(squelches),
            bandwidth=draw(often("N", "W", None)), mode=mode, owner=draw(owners), national=draw(often(False, True)),
            configuration=draw(often("simplex" if rx == tx else "repeater", None, "receive_only")),
            licensed=draw(often(True, False)), disciplines=draw(often(None, {"fire"})), verified=draw(VERIFIED),
            encryption=draw(st.sampled_from([
                (), *[("clear",)] * 8, ("strapped", "aes_256", 7), ("strapped", "aes_256", None),
                ("selectable", "adp", 7),
            ])),
        )  # fmt: skip
        if draw(often(True, False)):
            region.cover(name, draw(probabilities()))
        if draw(st.integers(0, 5)) == 0:
            region.areas[name] = draw(probabilities()) > 0.9
        names.append(name)
    return names


def _radios(draw, region: Region, name: str, resources: list[str]):
    held = (
        draw(st.lists(st.sampled_from(resources), min_size=min(2, len(resources)), max_size=5, unique=True))
        if resources
        else []
    )
    heard = draw(st.lists(st.sampled_from(resources), max_size=1)) if resources else []
    further = tuple(
        (
            f"load {number}",
            tuple(
                draw(often(tuple(held), tuple(held[1:])))
                if draw(st.booleans())
                else draw(st.lists(st.sampled_from(resources), max_size=4, unique=True))
                if resources
                else ()
            ),
            draw(st.sampled_from([None, None, 0, 5])),
            (),
            draw(VERIFIED),
            draw(often(None, date(2025, 1, 1), date(2027, 1, 1))),
        )
        for number in range(draw(st.sampled_from([0, 0, 1, 1, 2])))
    )
    return region.radios(
        name, *held, also=further, carried=draw(st.sampled_from([None, None, 5, 0])),
        radio_count=draw(often(None, 5, 10, 0)),
        programmed_on=draw(often(None, date(2027, 1, 1))), listens=tuple(heard), template=draw(often(True, False)),
        bands=draw(often({"VHF", "UHF", "700"}, {"VHF"}, {"UHF"}, None)),
        modes=draw(often({"analog_fm", "p25_phase1", "edacs"}, {"analog_fm"}, {"p25_phase1"}, None)),
        tdma=draw(st.sampled_from([True, True, False, None])),
        keys=draw(st.sampled_from([None, ({"aes_256"}, {7}), ({"aes_256"}, {8}), ({"adp"}, {7})])),
        profile=draw(often(PORTABLE, None, "mobile")), verified=draw(VERIFIED), template_verified=draw(VERIFIED),
    )  # fmt: skip


def _gateway(draw, region: Region, resources: list[str], names: list[str], owners) -> None:
    ports = [
        (draw(st.sampled_from([*resources, None])), draw(often("wired", "radio", None)))
        for _ in range(draw(st.integers(1, 3)))
    ]
    region.gateway(
        "G",
        *ports,
        agency=draw(often(names[0], names[1], None)),
        patches=draw(often(2, 0, None)),
        in_use=draw(often(0, 2, None)),
        minutes=draw(often(10, 90, None)),
        owner=draw(owners),
        position=draw(often((-84.395, 36.695), None, (-90.0, 36.0))),
        verified=draw(VERIFIED),
    )


def _cache(draw, region: Region, resources: list[str], names: list[str], owners) -> None:
    fleets = [_radios(draw, region, f"K fleet {n}", resources) for n in range(draw(st.sampled_from([1, 1, 0, 2])))]
    region.cache(
        "K",
        *fleets,
        agency=draw(often(names[0], names[1], None)),
        count=draw(often(10, 0, 1, None)),
        minutes=draw(often(30, 90, None)),
        owner=draw(owners),
        verified=draw(VERIFIED),
    )
