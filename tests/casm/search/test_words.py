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


def hashes(engine, function: str, word: str) -> set[int]:
    with engine.connect() as connection:
        return set(connection.scalar(text(f"SELECT casm_sec.{function}(:w)"), {"w": word}))


@pytest.mark.parametrize("word", ["camp", "ridge", "campbell", "vtac12", "426cmx00012", "chestnutmountainrange"[:20]])
def test_every_single_typing_error_leads_to_the_word(module_engine, word):
    wanted = hashes(module_engine, "search_variants", word)
    errors = {word[:n] + word[n + 1 :] for n in range(len(word))}
    errors |= {word[:n] + "q" + word[n:] for n in range(len(word) + 1)}
    errors |= {word[:n] + "q" + word[n + 1 :] for n in range(len(word))}
    errors |= {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)}
    probes = {typed: hashes(module_engine, "search_probes", typed) for typed in errors if len(typed) >= 4}
    assert [typed for typed, found in probes.items() if not wanted & found] == []


def test_the_vowels_left_out_lead_to_the_word(module_engine):
    assert hashes(module_engine, "search_variants", "campbell") & hashes(module_engine, "search_probes", "cmpbll")


def test_another_word_is_not_led_to(module_engine):
    assert not hashes(module_engine, "search_variants", "campbell") & hashes(module_engine, "search_probes", "anderson")


@pytest.mark.parametrize("function", ["search_variants", "search_probes"])
@pytest.mark.parametrize("word", ["cat", "#000154265000"])
def test_what_is_too_short_or_no_word_has_none(module_engine, function, word):
    assert not hashes(module_engine, function, word)
