"""Whatever is done to the files: no crash, every record accounted for, every row fit for the inventory."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repeats import repeats

from casm.db.tables import Base
from casm.intake.row import ParsedRow, RejectedRow

EXAMPLES = repeats(2000, quick=30)

MUTATIONS = (
    "drop line", "double line", "cut line", "swap field", "blank field", "junk field", "extra pipe", "break field",
)  # fmt: skip
JUNK = (
    "", "0", "-1", "999999999999", "1e999", "NaN", "\u00e9\u00ff", "X" * 300, "13/45/2020", "T", "3.7", "\x00", "'; --",
)  # fmt: skip


@pytest.fixture(scope="module")
def originals(synthetic_folder):
    return {
        f"{folder}/{file.name}": file.read_bytes().decode("latin-1")
        for folder in ("l_lm_2025", "l_mw_2025")
        for file in sorted((synthetic_folder / folder).glob("*.dat"))
    }


def mutated(draw, text: str) -> str:
    lines = text.split("\r\n")
    at = draw(st.integers(0, len(lines) - 1))
    kind = draw(st.sampled_from(MUTATIONS))
    fields = lines[at].split("|")
    field = draw(st.integers(0, len(fields) - 1))
    if kind == "drop line":
        del lines[at]
    elif kind == "double line":
        lines.insert(at, lines[at])
    elif kind == "cut line":
        lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    elif kind == "extra pipe":
        lines[at] = "|".join([*fields[:field], "", *fields[field:]])
    else:
        other = fields[draw(st.integers(0, len(fields) - 1))]
        fields[field] = {
            "swap field": other, "blank field": "", "junk field": draw(st.sampled_from(JUNK)),
            "break field": f"{fields[field]}\r\nmore",
        }[kind]  # fmt: skip
        lines[at] = "|".join(fields)
    return "\r\n".join(lines)


def in_bounds(row: ParsedRow) -> None:
    """Every column exists, and nothing is stated that the table could not hold at all."""
    columns = Base.metadata.tables[row.record_class].c
    for name, value in row.values.items():
        assert name in columns, f"{row.record_class}.{name}"
        assert not isinstance(value, str) or "\x00" not in value
        if value is None:
            assert columns[name].nullable, f"{row.record_class}.{name}"
    for name in row.references:
        assert f"{name}_id" in columns
    for children in row.children:
        for child in children.rows:
            assert set(child.values) <= set(Base.metadata.tables[children.record_class].c.keys())


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_mutated_files_are_read_to_the_end_and_every_record_counts(originals, read_path, data):
    folder = data.draw(st.sampled_from(["l_lm_2025", "l_mw_2025"]))
    texts = {name: text for name, text in originals.items() if name.startswith(folder)}
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(texts)))
        texts[name] = mutated(data.draw, texts[name])
    with tempfile.TemporaryDirectory() as made:
        for name, text in texts.items():
            (Path(made) / Path(name).name).write_bytes(text.encode("latin-1"))
        found = read_path(Path(made))
    assert found.tally.adds_up(), found.tally.lines()
    assert sum(isinstance(item, RejectedRow) for item in found.items) == found.tally.total("refused")
    for problem in found.said:
        assert problem.reason
        assert problem.mend
    places = set()
    for item in found.items:
        if isinstance(item, ParsedRow):
            in_bounds(item)
            place = (item.record_class, item.file, item.row)
            assert place not in places
            places.add(place)
    names = [row.values["name"] for kind in ("site", "station", "backhaul_link") for row in found.rows.get(kind, [])]
    assert len(names) == len(set(names))
