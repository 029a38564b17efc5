"""What people type finds what they mean, and nothing that is not theirs to see."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from casm.db.tables import Agency, Channel, Contact, Site
from casm.editing.change_record import change_record, create_record
from casm.editing.retire import retire_record
from casm.search.distance import typing_errors
from casm.search.find import find_records


def found(world, typed: str, viewer=None, **more) -> list[tuple[str, str]]:
    """(class, title) of the records found, in the order shown."""
    with world.database.session(viewer or world.reader_one) as session:
        result = find_records(session, typed, **more)
        return [(hit.line.record_class.name, hit.line.title) for group in result.groups for hit in group.hits]


@pytest.mark.parametrize(
    ("typed", "record"),
    [
        ("WQXY123", ("licence", "WQXY123")),
        ("wqxy-123", ("licence", "WQXY123")),
        ("WQYX123", ("licence", "WQXY123")),
        ("154.2650", ("channel", "LAW 1")),
        ("154.265 MHz", ("channel", "LAW 1")),
        ("154265 kHz", ("channel", "LAW 1")),
        ("154265", ("channel", "LAW 1")),
        ("154.26", ("channel", "LAW 1")),
        (".265", ("channel", "LAW 1")),
        ("159.4725", ("channel", "LAW 1")),
        ("law1", ("channel", "LAW 1")),
        ("LAW-1", ("channel", "LAW 1")),
        ("1200", ("talkgroup", "SO DISP")),
        ("$4B0", ("talkgroup", "SO DISP")),
        ("0x04b0", ("talkgroup", "SO DISP")),
        ("SO DISP", ("talkgroup", "SO DISP")),
        ("sodisp", ("talkgroup", "SO DISP")),
        ("Jo Doe", ("contact", "Jo Doe")),
        ("jo@example.gov", ("contact", "Jo Doe")),
        ("Sheriff", ("agency", "Sheriff")),
        ("sherrif", ("agency", "Sheriff")),
        ("CSO", ("agency", "Sheriff")),
        ("cross mountain", ("site", "Cross Mountain")),
        ("mountain cross", ("site", "Cross Mountain")),
        ("crss mountian", ("site", "Cross Mountain")),
        ("xmtn", ("site", "Cross Mountain")),
        ("old smokey", ("site", "Cross Mountain")),
        ("cross moun", ("site", "Cross Mountain")),
        ("District 4", ("jurisdiction", "District 4")),
        ("TN-77", ("backhaul_link_sensitive", "circuit of Cross Mountain - Town Hall")),
        ("bee00", ("radio_system", "County P25")),
        ("portables", ("fleet", "Portables")),
    ],
)
def test_what_is_typed_finds_what_is_meant(module_world, typed, record):
    assert found(module_world, typed)[0] == record


def test_each_hit_says_which_field_matched(module_world):
    with module_world.database.session(module_world.reader_one) as session:
        by_alias = find_records(session, "old smoky").groups[0].hits[0]
        by_frequency = find_records(session, "159.4725").groups[0].hits[0]
        by_near = find_records(session, "sherrif")
    assert by_alias.matched == (("Aliases", "Old Smoky; XMTN"),)
    assert by_frequency.matched == (("Transmit frequency (TX)", "159.4725 MHz"),)
    assert by_near.near == (("sherrif", "sheriff"),)


def test_a_telephone_number_finds_whoever_has_it(module_world):
    assert ("contact", "Jo Doe") in found(module_world, "423 555 0100")


def test_the_name_itself_comes_before_names_that_hold_it(module_world):
    titles = [title for name, title in found(module_world, "sheriff", viewer=module_world.admin) if name == "agency"]
    assert titles[:2] == ["Sheriff", "Sheriff of Two"]


def test_a_class_can_be_asked_for_alone(module_world):
    assert {name for name, _title in found(module_world, "cross mountain", only="station")} == {"station"}
    assert {name for name, _title in found(module_world, "cross mountain")} > {"site", "station"}


MEANINGLESS = ["", "   ", "!!", "%", "'; DROP TABLE casm.site; --", "\\", "zzzzqqqq", "$", "0x", "."]


@pytest.mark.parametrize("typed", MEANINGLESS)
def test_what_means_nothing_finds_nothing(module_world, typed):
    assert found(module_world, typed) == []


@settings(max_examples=30, deadline=None)
@given(typed=st.text(max_size=60))
def test_no_text_breaks_it(module_world, typed):
    found(module_world, typed.replace("\x00", ""))


def test_two_words_of_two_records_find_either_and_say_so(module_world):
    with module_world.database.session(module_world.reader_one) as session:
        result = find_records(session, "portables wqxy123")
    assert not result.whole
    assert {group.record_class.name for group in result.groups} >= {"fleet", "licence"}


def test_another_countys_records_are_not_found(module_world):
    assert found(module_world, "Cross Mountain", viewer=module_world.editor_two) == []
    assert found(module_world, "crss mountian", viewer=module_world.editor_two) == []
    assert found(module_world, "154.265", viewer=module_world.editor_two) == []
    assert found(module_world, "sheriff", viewer=module_world.editor_two) == [("agency", "Sheriff of Two")]


def test_contacts_and_circuits_are_for_whom_they_are_open(module_world):
    for typed in ("Jo Doe", "jo deo", "jo@example.gov", "TN-77"):
        assert found(module_world, typed, viewer=module_world.clerk_one) == []


def test_a_changed_record_is_found_by_its_new_words_alone(world):
    site = world.records["site"]
    with world.database.session(world.editor_one) as session:
        change_record(session, "site", site, 1, {"name": "Pine Knob"})
    assert found(world, "pine knob")[0] == ("site", "Pine Knob")
    assert ("site", "Pine Knob") not in found(world, "cross mountain")
    with world.database.session(world.editor_one) as session:
        retire_record(session, "site", site, 2)
    with world.database.session(world.reader_one) as session:
        (hit,) = find_records(session, "pine knob", only="site").groups[0].hits
    assert hit.line.retired


def test_common_words_are_counted_honestly_and_the_rare_one_leads(world):
    with world.database.session(world.admin) as session:
        session.add_all(Agency(owner_id=world.one, name=f"County Fire Station {n:04d}") for n in range(900))
        session.add_all(Site(owner_id=world.one, name=f"County Hill {n}") for n in range(3))
    with world.database.session(world.reader_one) as session:
        common = find_records(session, "fire")
        exact = find_records(session, "county fire station 0733")
        rare = find_records(session, "county hill")
        both = find_records(session, "county station")
    assert common.groups[0].count >= 401
    assert common.more
    assert exact.groups[0].hits[0].line.title == "County Fire Station 0733"
    assert (rare.count, rare.more) == (3, False) or rare.groups[0].record_class.name == "site"
    assert both.groups[0].count >= 400
    assert both.more


def test_rows_written_many_at_once_are_found(world):
    with world.database.session(world.admin) as session:
        agency = Agency(owner_id=world.two, name="Two EMS")
        session.add(agency)
        session.flush()
        session.add_all([
            Channel(owner_id=world.two, name="VTAC12", rx_freq_hz=154_452_500),
            Channel(owner_id=world.two, name="8TAC94D", rx_freq_hz=853_012_500),
            Contact(owner_id=world.two, name="Ümit Çelik", agency_id=agency.id),
        ])  # fmt: skip
    for typed in ("vtac12", "VTAC 12", "VTAC-12", "vatc12", "vtc12", "154.4525"):
        assert found(world, typed, viewer=world.editor_two)[0] == ("channel", "VTAC12"), typed
    assert found(world, "tac94", viewer=world.editor_two)[0] == ("channel", "8TAC94D")
    assert found(world, "umit celik", viewer=world.editor_two)[0] == ("contact", "Ümit Çelik")


def test_merged_owners_records_are_found_by_who_sees_the_other(world):
    with world.database.session(world.admin) as session:
        create_record(session, "site", world.two, {"name": "Merged Ridge"})
    assert found(world, "merged ridge") == []
    with world.database.session(world.admin) as session:
        session.execute(text("SELECT casm_sec.merge_owners(:two, :one)"), {"two": world.two, "one": world.one})
    assert found(world, "merged ridge") == [("site", "Merged Ridge")]


def naive_distance(one: str, other: str) -> int:
    """The same by its recursive definition."""
    if not one or not other:
        return len(one) + len(other)
    least = min(naive_distance(one[1:], other) + 1, naive_distance(one, other[1:]) + 1,
                naive_distance(one[1:], other[1:]) + (one[0] != other[0]))  # fmt: skip
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        least = min(least, naive_distance(one[2:], other[2:]) + 1)
    return least


def test_typing_errors_are_counted_as_defined():
    draw = random.Random(4)
    for _ in range(200):
        one, other = ("".join(draw.choices("abc", k=draw.randint(0, 5))) for _ in range(2))
        assert typing_errors(one, other) == naive_distance(one, other)
