"""Laws that hold in every world, drawn at random."""

import dataclasses
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_worlds import regions
from repeats import repeats
from small_worlds import FRESH, PORTABLE, Region, record, whole_grid

from geo.interop.matrix import Answer, answer
from geo.interop.radio import KeySet, Slot, Template
from geo.interop.reason import Record
from geo.interop.resource import Encryption
from geo.interop.side_coverage import ComputedCoverage, CoverageBook, Directions
from geo.interop.uses import Uses
from geo.interop.world import Criterion, World

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
LAW = settings(max_examples=repeats(800, quick=15), deadline=None, suppress_health_check=SLOW)
PAIR = ("A0", "A1")


def ask(world: World, *members: str) -> Answer:
    return answer(Uses(world, 0.95), members or PAIR, whole_grid(), Criterion())


def rewritten(value, change):
    """The same frozen inputs with `change` applied to every dataclass in them, from the inside outwards."""
    if isinstance(value, np.ndarray):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: rewritten(getattr(value, field.name), change) for field in dataclasses.fields(value)}
        return change(replace(value, **fields))
    if isinstance(value, tuple | frozenset | list):
        return type(value)(rewritten(item, change) for item in value)
    if isinstance(value, dict):
        return {key: rewritten(item, change) for key, item in value.items()}
    return value


@LAW
@given(regions())
def test_proven_is_never_above_possible(region: Region) -> None:
    found = ask(region.world())
    assert (found.proven_level <= found.possible_level).all()
    assert found.interval.proven <= found.interval.possible
    for proven, possible in found.shares.values():
        assert proven <= possible + 1e-12


@LAW
@given(regions())
def test_a_pair_is_the_same_from_either_side(region: Region) -> None:
    one, other = ask(region.world(), "A0", "A1"), ask(region.world(), "A1", "A0")
    assert one.interval == other.interval
    assert np.array_equal(one.proven_level, other.proven_level)
    assert np.array_equal(one.possible_level, other.possible_level)


@LAW
@given(regions())
def test_names_change_nothing(region: Region) -> None:
    world = region.world()
    renamed = rewritten(
        world, lambda item: replace(item, name=f"~{item.name[::-1]}") if isinstance(item, Record) else item
    )
    before, after = ask(world), ask(renamed)
    assert before.interval == after.interval
    assert np.array_equal(before.proven_level, after.proven_level)
    assert np.array_equal(before.possible_level, after.possible_level)


@LAW
@given(regions(), st.integers(0, 1), st.data())
def test_adding_an_asset_never_lowers_what_is_proven(region: Region, which: int, data: st.DataObject) -> None:
    before = ask(region.world())
    other = data.draw(regions())
    if which:
        region.gateways += [replace(item, record=record("gateway", "added")) for item in other.gateways]
        region.caches += [replace(item, record=record("radio_cache", "added")) for item in other.caches]
        region.agreements += other.agreements
        for name, fleets in other.fleets.items():
            region.fleets[name] = region.fleets[name] + fleets
    else:
        region.channel("added")
        region.cover("added")
        for name in PAIR:
            region.fleets[name] = [
                replace(fleet, templates=tuple(
                    replace(load, slots=(*(load.slots or ()), Slot("added"))) for load in fleet.templates
                ))
                for fleet in region.fleets[name]
            ]  # fmt: skip
    after = ask(region.world())
    assert (after.proven_level >= before.proven_level).all()
    assert after.interval.proven >= before.interval.proven


def with_template(region: Region, fleet_at: tuple[str, int], template: Template) -> World:
    """The world with one more template in a fleet."""
    name, at = fleet_at
    fleets = list(region.fleets[name])
    fleets[at] = replace(fleets[at], templates=(*fleets[at].templates, template))
    world = region.world()
    return replace(world, fleets={**world.fleets, name: tuple(fleets)})


@LAW
@given(regions(), st.data())
def test_another_template_in_a_fleets_radios_never_proves_more(region: Region, data: st.DataObject) -> None:
    choices = [
        (name, at) for name in PAIR for at, fleet in enumerate(region.fleets[name])
        if any(load.programmed_radio_count != 0 for load in fleet.templates)
        and (fleet.radio_count is None or None in [load.programmed_radio_count for load in fleet.templates])
    ]  # fmt: skip
    if not choices:
        return
    ids = [item.id for item in (*region.talkgroups, *region.channels)] + ["nothing"]
    slots = tuple(Slot(one) for one in data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
    count = data.draw(st.sampled_from([None, 5]))
    before = ask(region.world())
    added = Template(record("template", "x"), slots, count)
    after = ask(with_template(region, data.draw(st.sampled_from(choices)), added))
    assert (after.proven_level <= before.proven_level).all()
    assert after.interval.proven <= before.interval.proven


@LAW
@given(regions(), st.data())
def test_a_template_that_is_in_no_radio_changes_nothing(region: Region, data: st.DataObject) -> None:
    choices = [(name, at) for name in PAIR for at, fleet in enumerate(region.fleets[name]) if fleet.templates]
    if not choices:
        return
    ids = [item.id for item in (*region.talkgroups, *region.channels)] + ["nothing"]
    unused = Template(record("template", "x"), tuple(Slot(one) for one in ids), 0)
    before = ask(region.world())
    after = ask(with_template(region, data.draw(st.sampled_from(choices)), unused))
    assert np.array_equal(after.proven_level, before.proven_level)
    assert np.array_equal(after.possible_level, before.possible_level)


# What an unknown may turn out to be, by class and field.
ANSWERS = {
    ("Fleet", "bands"): [frozenset({"VHF"}), frozenset({"VHF", "UHF", "700"})],
    ("Fleet", "modes"): [frozenset({"analog_fm"}), frozenset({"analog_fm", "p25_phase1", "edacs"})],
    ("Fleet", "tdma_capable"): [True, False],
    ("Fleet", "keys"): [KeySet(record("fleet_encryption", "k"), frozenset({"aes_256"}), frozenset({7}))],
    ("Fleet", "coverage_profile"): [PORTABLE],
    ("RadioSystem", "bands"): [frozenset({"700"}), frozenset({"VHF"})],
    ("Talkgroup", "access"): ["fdma", "tdma", "dynamic"],
    ("Talkgroup", "encryption"): [Encryption(record("resource_encryption", "e"), "clear"),
                                  Encryption(record("resource_encryption", "e"), "strapped", "aes_256", 7)],
    ("Encryption", "key_reference"): [7, 8],
    ("Figures", "rx_freq_hz"): [155_000_000, 453_000_000, 159_000_000],
    ("Figures", "bandwidth"): ["N", "W"],
    ("Figures", "mode"): ["analog_fm", "p25_phase1"],
    ("Channel", "configuration"): ["simplex", "repeater"],
    ("Peer", "in_force"): [True, False],
    ("Peer", "carried_ids"): [frozenset(), frozenset({"T00", "T10"})],
    ("Agency", "discipline"): ["law", "fire"],
    ("Gateway", "agency_id"): ["A0", "A1"],
    ("Gateway", "simultaneous_patches"): [0, 2],
    ("Gateway", "patches_in_use"): [0, 2],
    ("Gateway", "activation_minutes"): [10, 90],
    ("Gateway", "position"): [(-84.395, 36.695)],
    ("GatewayPort", "connection"): ["wired", "radio"],
    ("RadioCache", "agency_id"): ["A0", "A1"],
    ("RadioCache", "available_radio_count"): [0, 1, 10],
    ("RadioCache", "deploy_minutes"): [30, 90],
    ("Agreement", "effective_on"): [FRESH],
    ("Agreement", "expires_on"): [FRESH],
}  # fmt: skip


def resolved(world: World, data: st.DataObject) -> World | None:
    """The world with one thing made known that was not; None where everything is known already."""
    unknown: list[tuple[str, str, object]] = []

    def look(item):
        name = type(item).__name__
        for field in dataclasses.fields(item):
            value = getattr(item, field.name)
            if value is None and (name, field.name) in ANSWERS:
                unknown.append((name, field.name, item))
        if name == "Fleet" and not item.templates:
            unknown.append((name, "templates", item))
        if name == "Record" and (item.verified_on is None or item.verified_on < FRESH):
            unknown.append((name, "verified_on", item))
        if name == "Squelch" and item.kind is None:
            unknown.append((name, "kind", item))
        return item

    rewritten(world, look)
    nan = [key for key, entry in world.coverage.entries.items() if np.isnan(entry.proven.talk_out).any()]
    if nan and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(nan))
        entries = {**world.coverage.entries, key: _without_nan(world.coverage.entries[key], data)}
        return replace(world, coverage=CoverageBook(world.coverage.grid, entries, world.coverage.carriers, (PORTABLE,)))
    if not unknown:
        return None
    name, field, target = data.draw(st.sampled_from(unknown))
    value = data.draw(st.sampled_from(_answers(name, field, world, target)))

    def change(item):
        return replace(item, **{field: value}) if type(item).__name__ == name and item == target else item

    return rewritten(world, change)


def _answers(name: str, field: str, world: World, target: object) -> list:
    if field == "configuration" and not target.figures.direct and target.figures.rx_freq_hz is not None:
        return ["repeater"]  # a channel on two frequencies cannot turn out to be simplex
    if field == "templates":
        ids = [item.id for item in (*world.talkgroups, *world.channels)]
        slots = tuple(Slot(one) for one in ids[::2]) or (Slot("nothing"),)
        return [(Template(record("template", "found"), slots),)]
    if field == "verified_on":
        return [FRESH]
    if field == "kind":
        return ["csq"]
    return ANSWERS[name, field]


def _without_nan(entry: ComputedCoverage, data: st.DataObject) -> ComputedCoverage:
    value = data.draw(st.sampled_from([0.1, 0.99]))
    sides = (np.where(np.isnan(array), value, array) for array in (entry.proven.talk_out, entry.proven.talk_in))
    return ComputedCoverage(Directions(*sides))


@LAW
@given(regions(), st.data())
def test_resolving_an_unknown_only_narrows_the_interval(region: Region, data: st.DataObject) -> None:
    world = region.world()
    known = resolved(world, data)
    if known is None:
        return
    before, after = ask(world), ask(known)
    assert (after.proven_level >= before.proven_level).all()
    assert (after.possible_level <= before.possible_level).all()
    assert after.interval.within(before.interval)
