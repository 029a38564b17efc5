"""Records out of bytes: line breaks inside fields, wrong widths, strays, and anything at all."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casm.intake.fcc.layout import FIELD_COUNTS
from casm.intake.fcc.records import MAX_LINE_BYTES, MAX_RECORD_LINES, Fragment, Record, read_records

CO = "CO|982923||WHK449|07/23/2014|{}||"


def pieces(content: bytes | str, record_type: str = "CO") -> list[Record | Fragment]:
    data = content.encode("latin-1") if isinstance(content, str) else content
    return list(read_records(io.BytesIO(data), f"{record_type}.dat", record_type))


def test_each_line_is_a_record_with_its_fields():
    first, second = pieces(CO.format("one") + "\r\n" + CO.format("two") + "\r\n")
    assert (first.row, first.text("description"), second.row, second.text("description")) == (1, "one", 2, "two")
    assert first.text("call_sign") == "WHK449"
    assert first.text("status_code") is None


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_a_line_break_inside_a_field_is_kept(ending):
    content = ending.join([CO.format(f"first{ending}{ending}third"), CO.format("next"), ""])
    first, second = pieces(content)
    assert (first.text("description"), first.lines) == ("first\n\nthird", 3)
    assert (second.row, second.text("description")) == (4, "next")


def test_a_lone_carriage_return_is_a_line_break_inside_a_field():
    (record,) = pieces(CO.format("first\rsecond") + "\r\n")
    assert record.text("description") == "first\nsecond"


def test_bytes_are_latin_1():
    (record,) = pieces(b"CO|1||WHK449|07/23/2014|Ca\xf1\xf3n \xbd mile||\r\n")
    assert record.text("description") == "Cañón ½ mile"


def test_byte_order_mark_is_no_part_of_the_first_record():
    (record,) = pieces(b"\xef\xbb\xbf" + CO.format("one").encode())
    assert isinstance(record, Record)


def test_nul_characters_are_read_as_spaces_and_marked():
    (record,) = pieces(b"CO|1||WHK449|07/23/2014|one\x00two||\r\n")
    assert record.has_nul
    assert record.text("description") == "one two"


@pytest.mark.parametrize(("spoilt", "width"), [("CO|1||WHK449|07/23/2014|cut", 6), (CO.format("a|pipe"), 9)])
def test_a_wrong_width_is_refused_and_the_next_record_taken(spoilt, width):
    bad, good = pieces(spoilt + "\r\n" + CO.format("next") + "\r\n")
    assert isinstance(bad, Fragment)
    assert (bad.row, bad.reason) == (1, f"CO record of {width} fields, not 8")
    assert (good.row, good.text("description")) == (2, "next")


def test_lines_that_belong_to_no_record_are_one_finding():
    content = "stray\r\n\r\nstray again\r\n" + CO.format("one") + "\r\n\r\n" + "left over\r\n" + CO.format("two")
    stray, one, left_over, two = pieces(content)
    assert (stray.row, stray.reason) == (1, "3 line(s) that belong to no record")
    assert (one.row, left_over.row, left_over.reason, two.row) == (4, 6, "a line that belongs to no record", 7)


def test_both_editions_stand_side_by_side():
    old, new = pieces("EN|1" + "|" * 25 + "\r\nEN|2" + "|" * 28 + "\r\n", "EN")
    assert (len(old.fields), len(new.fields)) == (27, 30)
    assert old.text("linked_callsign") is None


def test_a_line_without_end_is_cut_off_and_refused():
    bad, good = pieces("CO|1||" + "x" * (3 * MAX_LINE_BYTES) + "\r\n" + CO.format("next") + "\r\n")
    assert bad.reason == f"a line is longer than {MAX_LINE_BYTES} characters"
    assert (good.row, good.text("description")) == (2, "next")


def test_a_record_that_never_ends_does_not_fill_the_memory():
    found = pieces("CO|1||WHK449|07/23/2014|begun\r\n" + "on and on\r\n" * 1000 + CO.format("next"))
    assert all(isinstance(piece, Fragment) for piece in found[:-1])
    assert len(found) == 1 + 1000 // MAX_RECORD_LINES + 1
    assert found[-1].text("description") == "next"


def test_an_empty_file_holds_nothing():
    assert pieces(b"") == pieces(b"\r\n\r\n") == []


@given(st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_any_bytes_make_records_of_a_known_width_or_findings(content):
    for piece in pieces(content, "HD"):
        assert piece.row >= 1
        if isinstance(piece, Record):
            assert len(piece.fields) in FIELD_COUNTS[piece.record_type]
        else:
            assert piece.reason
            assert piece.mend


@given(st.lists(st.text(alphabet=st.characters(max_codepoint=255, exclude_characters="|\r\n\x00"), max_size=30)))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read(texts):
    content = "".join(CO.format(text) + "\r\n" for text in texts)
    assert [piece.text("description") or "" for piece in pieces(content)] == [text.strip() for text in texts]
