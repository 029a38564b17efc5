"""Marks: as strict as the strictest row and its owner's floor, with the owner's words, and EXERCISE never lost."""

import uuid
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repeats import repeats

from casm.db.columns import SENSITIVITY
from casm.exchange.marking import MOST_TEXTS, Marking, mark, mark_each, says_exercise, together
from casm.inventory.owner import Owner
from casm.inventory.site import Site
from casm.sharing.handling import set_handling_text
from casm.sharing.tlp import TLP, TLP_OF_SENSITIVITY, WORDS
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMINISTRATOR = Viewer.local_administrator()
EXAMPLES = repeats(100, quick=20)
CODES = ("us", "us.tn", "us.tn.campbell", "us.tn.scott", "us.ky")


@dataclass(frozen=True)
class Row:
    """A row as an export has it."""

    sensitivity: str
    owner_codes: tuple[str, ...] = ()
    exercise: bool = False


@pytest.fixture(scope="module")
def owners(module_database):
    """Two states and two counties; Tennessee has words and a floor, Scott a stricter floor, the nation words."""
    ids = {code: uuid.uuid4() for code in CODES} | {"us": NATION_OWNER_ID}
    with module_database.session(ADMINISTRATOR) as session:
        for code in CODES[1:]:
            parent = code.rpartition(".")[0]
            kind = "county" if parent != "us" else "state"
            session.add(Owner(id=ids[code], parent_id=ids[parent], kind=kind, name=code.upper(), code=code))
            session.flush()
        set_handling_text(session, ids["us"], words="Federal words")
        set_handling_text(session, ids["us.tn"], words="Tennessee's words", tlp_floor="GREEN")
        set_handling_text(session, ids["us.tn.scott"], tlp_floor="AMBER+STRICT")
    return ids


@pytest.fixture(scope="module")
def session(module_database, owners):
    with module_database.session(ADMINISTRATOR) as opened:
        yield opened


FLOORS = {"us": "CLEAR", "us.tn": "GREEN", "us.tn.campbell": "GREEN", "us.tn.scott": "AMBER+STRICT", "us.ky": "CLEAR"}
ROWS = st.lists(
    st.builds(Row, st.sampled_from(SENSITIVITY), st.tuples(st.sampled_from(CODES)), st.booleans()), max_size=12
)


@given(rows=ROWS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mark_is_the_highest_of_its_rows_and_floors_in_any_order(session, rows):
    made = mark(session, rows)
    labels = [TLP_OF_SENSITIVITY[row.sensitivity] for row in rows] + [FLOORS[row.owner_codes[0]] for row in rows]
    assert TLP.index(made.tlp) == max(map(TLP.index, labels), default=0)
    assert SENSITIVITY.index(made.sensitivity) == max((SENSITIVITY.index(row.sensitivity) for row in rows), default=0)
    assert made.exercise == any(row.exercise for row in rows)
    assert made.text.startswith("EXERCISE // TLP:" if made.exercise else "TLP:")
    assert made == mark(session, reversed(rows))


@given(rows=ROWS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_marks_of_rows_by_themselves_are_together_the_mark_of_all(session, owners, rows):
    mapped = [Site(owner_id=owners[row.owner_codes[0]], name="S", sensitivity=row.sensitivity) for row in rows[::2]]
    mixed = [*mapped, *rows[1::2]]
    each = mark_each(session, mixed)
    assert each == [mark(session, [row]) for row in mixed]
    assert together(each) == mark(session, mixed)
    assert together(each[:3]) == mark(session, mixed[:3])


def test_words_are_the_nearest_owners_and_none_stand_by_what_is_for_anyone(session):
    campbell = mark(session, [Row("internal", ("us.tn.campbell",))])
    assert campbell.text == "TLP:AMBER // US.TN: Tennessee's words"
    assert campbell.handling == (("US.TN", "Tennessee's words"),)
    both = mark(session, [Row("internal", ("us.tn.campbell", "us.ky"))])
    assert both.text == "TLP:AMBER // US.TN: Tennessee's words; United States: Federal words"
    assert mark(session, [Row("public", ("us.ky",))]).text == f"TLP:CLEAR // {WORDS['CLEAR']}"
    assert mark(session, []) == Marking()


def test_words_of_many_owners_are_counted_and_kept_whole_in_the_members():
    many = Marking(tlp="RED", handling=tuple((f"Owner {n}", f"Words {n}") for n in range(MOST_TEXTS + 1)))
    assert many.text == f"TLP:RED // {WORDS['RED']}; rules of 3 owners apply"
    assert len(many.as_members()["handling"]) == 3
    assert many.more_handling == many.handling


def test_rows_as_they_are_mapped_are_marked_too(session, owners):
    site = Site(owner_id=owners["us.tn.scott"], name="Ridge", sensitivity="public", remarks="EXERCISE")
    made = mark(session, [site])
    assert (made.tlp, made.exercise, made.owner_codes) == ("AMBER+STRICT", True, {"us.tn.scott"})


def test_who_sees_only_a_county_is_told_the_states_words(module_database, owners):
    with module_database.session(Viewer.of_owner("reader", owners["us.tn.campbell"])) as session:
        made = mark(session, [Row("partner", ("us.tn.campbell",))])
    assert made.text == "TLP:GREEN // US.TN: Tennessee's words"


def test_a_file_name_bears_the_mark():
    assert Marking(tlp="AMBER+STRICT").file_name("sites", "geojson") == "sites.TLP-AMBER+STRICT.geojson"
    assert Marking(exercise=True).file_name("map", "html") == "map.EXERCISE.TLP-CLEAR.html"


def test_a_header_is_ascii():
    assert Marking(handling=(("Doña Ana", "Sólo"),)).header == "TLP:CLEAR // Do?a Ana: S?lo"


def test_every_sensitivity_has_its_label_and_every_label_its_words():
    assert list(TLP_OF_SENSITIVITY.values()) == ["CLEAR", "GREEN", "AMBER", "RED"]
    assert tuple(WORDS) == TLP


def test_a_sensitivity_nobody_knows_is_refused(session):
    with pytest.raises(ValueError, match="not in"):
        mark(session, [Row("secret")])


@pytest.mark.parametrize("texts", [("EXERCISE only",), (None, "x EXERCISE"), (["a", "EXERCISE"],)])
def test_exercise_is_found(texts):
    assert says_exercise(*texts)


@pytest.mark.parametrize("texts", [(), (None,), ("Exercise yard",), (["a"], 3)])
def test_no_exercise_is_not(texts):
    assert not says_exercise(*texts)
