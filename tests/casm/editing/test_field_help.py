"""Every field of every class says what it asks for, in a sentence of its own."""

import re

import pytest

from casm.editing.field_help import MEANINGS, MEANINGS_OF_CLASS, meaning_of
from casm.editing.form_fields import all_fields
from casm.editing.record_class import is_record_class, record_classes

LONGEST = 160


@pytest.mark.parametrize("name", [one.name for one in record_classes()])
def test_every_field_says_what_it_asks_for(name):
    untold = [one.name for one in all_fields(name) if not meaning_of(name, one.name)]
    assert untold == [], f"casm/editing/field_help.py has no sentence for these fields of {name}"


@pytest.mark.parametrize("words", [*MEANINGS.values(), *MEANINGS_OF_CLASS.values()])
def test_help_is_a_short_sentence(words):
    assert re.fullmatch(r"[A-Z0-9].*\.", words)
    assert len(words) <= LONGEST
    assert not re.search(r"NULL|_|\bdesign\.md\b", words)


def test_what_a_class_says_of_its_own_is_said_of_a_field_it_has():
    for name, field in MEANINGS_OF_CLASS:
        if is_record_class(name):
            assert field in {one.name for one in all_fields(name)}, (name, field)


@pytest.mark.parametrize(
    ("name", "field", "told"),
    [
        ("channel", "rx_freq_hz", "the repeater's output"),
        ("channel", "rx_squelch", "CTCSS tone"),
        ("channel", "emission_designator", "11K2F3E"),
        ("station", "nac", "no CTCSS tone"),
        ("station", "haat_m", "average terrain"),
        ("station", "antenna_gain_dbi", "2.15 dB"),
    ],
)
def test_the_fields_people_mix_up_tell_them_apart(name, field, told):
    (shown,) = [one for one in all_fields(name) if one.name == field]
    assert told in shown.help
