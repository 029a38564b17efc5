"""Rows read = created + changed + unchanged + reported, whatever is in the file; and twice is once."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repeats import repeats

EXAMPLES = repeats(2_000, quick=10)

names = st.sampled_from(["Pine", "Oak", "pine ", "", "Ash\x00", "Fir;x", '"Elm"', "Birch, big", "Ünder", "=1+1", "n/a"])
latitudes = st.sampled_from(["36.5", "36 30 00 N", "91", "0", "-84.2", "abc", "", "36,5", "4035000"])
longitudes = st.sampled_from(["-84.2", "84.2", "84 12 00 W", "0", "36.5", "", "W", "500000"])
heights = st.sampled_from(["150", "150 ft", "45 m", "-5", "tall", "", "9,999", "1e9"])
dates = st.sampled_from(["2026-03-04", "3/4/2026", "13/13/2026", "", "tomorrow", "45000"])
rows = st.lists(st.tuples(names, latitudes, longitudes, heights, dates, st.text(max_size=12)), min_size=1, max_size=30)
HEADINGS = ("Site Name", "Lat", "Long", "Tower Ht (ft)", "Last Verified", "Remarks")


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows)
def test_every_row_is_counted_once(module_intake, counts, tmp_path_factory, table):
    path = tmp_path_factory.mktemp("law") / "sites.csv"
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    writer.writerows(table)
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    before = module_intake.value("SELECT count(*) FROM site")
    first = module_intake.take(path)
    created, changed, unchanged, reported = counts(first)
    # Every row here has a remark, a position or a name of some kind, unless all of its cells are blank.
    written = sum(any(cell.strip() for cell in row) for row in csv.reader(io.StringIO(buffer.getvalue()))) - 1
    assert created + changed + unchanged + reported == first.rows_read == written
    assert module_intake.value("SELECT count(*) FROM site") == before + created
    batch = module_intake.rows(
        "SELECT rows_read, rows_created, rows_changed, rows_unchanged, rows_reported, state FROM import_batch "
        "WHERE id = :id", id=first.batch_id,
    )  # fmt: skip
    assert batch == [(written, created, changed, unchanged, reported, "done")]
    errors = {problem.row for problem in first.problems if problem.severity == "error" and problem.row != 1}
    assert len(errors) == reported
    assert module_intake.value(
        "SELECT count(*) FROM import_problem WHERE import_batch_id = :id", id=first.batch_id
    ) == (len(first.problems))
    history = module_intake.value("SELECT count(*) FROM history")
    assert counts(module_intake.take(path)) == (0, 0, created + changed + unchanged, reported)
    assert module_intake.value("SELECT count(*) FROM history") == history


@pytest.fixture(scope="module")
def module_intake(module_database, intake_of):
    """Imports into a database that the tests of this module share."""
    return intake_of(module_database)
