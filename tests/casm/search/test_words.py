"""What the database makes of texts and figures, on record and typed alike."""

import pytest
from sqlalchemy import text


@pytest.fixture(scope="module")
def words(module_engine):
    def of(kind: str, value: str) -> set[str]:
        with module_engine.connect() as connection:
            return set(connection.scalar(text("SELECT casm_sec.search_words(:k, :v)"), {"k": kind, "v": value}))

    return of


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("name", "VTAC12", {"vtac12"}),
        ("name", "VTAC-12", {"vtac", "12", "vtac12"}),
        ("name", "8TAC94D", {"8tac94d", "tac94d"}),
        ("name", "Ridge", {"ridge"}),
        ("name", "Doña Ana Sheriff", {"dona", "ana", "sheriff", "donaanasheriff"}),
        ("name", "O'Brien’s Knob", {"obriens", "knob", "obriensknob"}),
        ("name", "CH 07", {"ch", "07", "7", "ch07", "ch7"}),
        ("name", "123ABC0456", {"123abc0456", "abc0456", "123abc456", "abc456"}),
        ("name", "!!", set()),
        ("hz", "154265000", {"#000154265000", ".265000"}),
        ("hz", "39500000", {"#000039500000", ".500000"}),
        ("number", "1234", {"1234", "$4d2"}),
        ("text", "1 Main St, Jacksboro", {"1", "main", "st", "jacksboro", "1main"}),
    ],
)
def test_a_value_is_found_by_these_words(words, kind, value, wanted):
    assert words(kind, value) == wanted


def variants(engine, word: str) -> set[int]:
    with engine.connect() as connection:
        return set(connection.scalar(text("SELECT casm_sec.search_variants(:w)"), {"w": word}))


@pytest.mark.parametrize("typed", ["campbel", "cambpell", "campebll", "xcampbell", "campbekl", "cmpbll"])
def test_one_typing_error_or_the_vowels_left_out_share_a_variant(module_engine, typed):
    assert variants(module_engine, "campbell") & variants(module_engine, typed)


def test_what_is_too_short_or_no_word_has_none(module_engine):
    assert not variants(module_engine, "cat")
    assert not variants(module_engine, "#000154265000")
