"""Delimited text: encodings, separators, quotes; every row of the file comes out, whole or with its fault."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casm.errors import CasmError
from casm.intake import csv_text
from casm.intake.csv_text import open_delimited, split_records


def rows(file):
    return [record.cells for record in file.records()]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"),
    ],
)  # fmt: skip
def test_encodings(write, encoding, found):
    path = write("a.csv", "name,remarks\nPeña,ok\nCañon,ok\nLong enough,to be sure of\n", encoding)
    file = open_delimited(path, "a.csv")
    assert file.encoding == found
    assert rows(file)[1] == ["Peña", "ok"]


def test_windows_and_latin_text_is_read_and_said(write):
    file = open_delimited(write("a.csv", "name\nCañon\n".encode("cp1252")), "a.csv")
    assert (file.encoding, rows(file)[1]) == ("cp1252", ["Cañon"])
    assert "Windows-1252" in file.notes[0].reason
    assert open_delimited(write("b.csv", b"name\nCa\xf1on\x81\n"), "b.csv").encoding == "latin-1"


def test_a_bad_byte_far_into_the_file_is_found(write, monkeypatch):
    monkeypatch.setattr(csv_text, "LOOK_BYTES", 64)
    file = open_delimited(write("a.csv", b"name,x\n" + b"abc,1\n" * 100 + b"Ca\xf1on,2\n"), "a.csv")
    assert "byte 609" in file.notes[0].reason
    assert rows(file)[-1] == ["Cañon", "2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(write, delimiter):
    text = "\n".join(
        delimiter.join(row) for row in (["name", "lat", "remarks"], ["A", "36.5", "x"], ["B", "36.6", "y, z"])
    )
    path = write("a.csv", text.replace("y, z", '"y, z"'))
    assert open_delimited(path, "a.csv").delimiter == delimiter


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(write, monkeypatch, ending):
    monkeypatch.setattr(csv_text, "LOOK_BYTES", 5)
    path = write("a.csv", f'name,x{ending}A,"1{ending}2"{ending}{ending}B,3')
    file = open_delimited(path, "a.csv", encoding="utf-8", delimiter=",")
    assert rows(file) == [["name", "x"], ["A", "1\n2"], [""], ["B", "3"]]


def test_a_workbook_is_no_text(write):
    with pytest.raises(CasmError, match="no text file"):
        open_delimited(write("a.csv", b"PK\x03\x04 and so on"), "a.csv")


def test_a_file_that_is_one_endless_line_is_refused(write, monkeypatch):
    monkeypatch.setattr(csv_text, "LONGEST_CELL", 1000)
    monkeypatch.setattr(csv_text, "LOOK_BYTES", 100)
    with pytest.raises(CasmError, match="longer than"):
        rows(open_delimited(write("a.csv", b"a" * 5000), "a.csv", delimiter=","))


def test_a_quotation_mark_never_closed_costs_one_row():
    lines = ["a,b\n", '1,"never\n', "2,x\n", "3,y\n"]
    found = list(split_records(iter(lines), ","))
    assert [record.cells[0] for record in found] == ["a", '1,"never', "2", "3"]
    assert [record.fault is not None for record in found] == [False, True, False, False]


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\r\x00\ufffd"), max_size=8), min_size=2, max_size=4
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_pythons_writer_writes_is_read_back(table, delimiter):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows(table)
    lines = [line + "\n" for line in buffer.getvalue().split("\n")[:-1]]
    assert [record.cells for record in split_records(iter(lines), delimiter)] == table


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes(content)
    try:
        file = open_delimited(path, "a.csv")
    except CasmError:
        return
    numbers = [record.number for record in file.records()]
    assert numbers == list(range(1, len(numbers) + 1))
