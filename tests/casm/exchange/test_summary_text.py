"""The summary's own notation, and what it says when there is nothing to say; its whole text is in journeys."""

from datetime import UTC, datetime

import pytest

from casm.exchange.marking import Marking
from casm.exchange.summary_text import Pair, summary_text, write_summary
from casm.sharing.viewer import Viewer

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("proven", "possible", "kind", "cell"),
    [(3, 3, "overlap", "3"), (0, 0, "overlap", "0"), (0, 5, "overlap", "0-5"), (1, 3, "stated", "1-3"),
     (None, None, "none", "·"), (None, None, "unknown", "?")],
)  # fmt: skip
def test_an_interval_is_never_folded_into_one_number(proven, possible, kind, cell) -> None:
    summary = {"proven_level": proven, "possible_level": possible, "place": {"kind": kind}}
    assert Pair(frozenset(), summary).cell == cell


def test_an_empty_inventory_says_nothing_and_claims_nothing(database, tmp_path) -> None:
    with database.session(Viewer.local_administrator()) as session:
        lines = list(summary_text(session, Marking(), title="Nowhere", now=NOW))
        write_summary(session, tmp_path / "summary.txt", title="Nowhere", now=NOW)
    assert "Nowhere" in lines
    assert "Written 2026-11-22 09:30 UTC. " in lines
    assert "  Stated needs: 0 met, 0 not met, 0 not known." in lines
    assert lines.count("  Nothing.") == 7
    assert (tmp_path / "summary.txt").read_text(encoding="utf-8").splitlines() == lines
