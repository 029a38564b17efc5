"""The layout table against the FCC's own definitions of 2015 and 2025."""

import re
from pathlib import Path

import pytest

from casm.intake.fcc.layout import COLUMNS, FIELD_COUNTS, edition_of

TABLE = re.compile(r"create\s+table\s+dbo\.pubacc_(\w\w)\b(.*?)(?=create\s+table|\Z)", re.IGNORECASE | re.DOTALL)
COLUMN = re.compile(
    r"^\s*(\w+)\s+(?:char|varchar|numeric|int|tinyint|smallint|datetime|text|money|float|bigint|date)\b",
    re.IGNORECASE | re.MULTILINE,
)
# The layouts spell these in several ways; the reader has one spelling for each.
SPELLINGS = {"callsign": "call_sign", "uls_file_num": "uls_file_number", "sex": "gender"}


def definitions(file: Path) -> dict[str, list[str]]:
    text = file.read_text(encoding="latin-1").replace("\r", "")
    return {
        name.upper(): [SPELLINGS.get(column.lower(), column.lower()) for column in COLUMN.findall(body)]
        for name, body in TABLE.findall(text)
    }


@pytest.fixture(scope="module")
def editions(layouts_folder):
    return {
        "2015": definitions(layouts_folder / "pa_ddef49_2015.txt"),
        "2025": definitions(layouts_folder / "public_access_database_definitions_sql_20250417.txt"),
    }


@pytest.mark.parametrize("record_type", sorted(COLUMNS))
@pytest.mark.parametrize("edition", ["2015", "2025"])
def test_named_columns_are_the_fccs_in_its_order(editions, record_type, edition):
    filed = editions[edition][record_type]
    assert list(COLUMNS[record_type][: len(filed)]) == filed


def test_every_record_type_of_either_edition_has_its_widths(editions):
    widths = {
        record_type: tuple(
            sorted({len(tables[record_type]) for tables in editions.values() if record_type in tables})
        )
        for record_type in {*editions["2015"], *editions["2025"]}
    }
    assert dict(FIELD_COUNTS) == widths


@pytest.mark.parametrize(
    ("record_type", "width", "edition"),
    [("HD", 50, "2015"), ("HD", 59, "2025"), ("EN", 27, "2015"), ("EN", 30, "2025"), ("AN", 36, "2015"),
     ("AN", 38, "2025"), ("PA", 22, "2015"), ("PA", 24, "2025"), ("FR", 30, "2025"), ("LO", 51, None),
     ("F2", 18, "2025")],
)  # fmt: skip
def test_edition_is_told_by_the_width(record_type, width, edition):
    assert edition_of(record_type, width) == edition


def test_a_width_of_neither_edition_is_refused():
    with pytest.raises(ValueError, match="not 51"):
        edition_of("HD", 51)
