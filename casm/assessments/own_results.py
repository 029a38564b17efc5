"""The results a viewer's computation keeps, replaces and removes: its own, and of no other sight."""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from casm.assessments.result import Result
from casm.sharing.viewer import Viewer


def own_results(viewer: Viewer, kind: str) -> tuple[ColumnElement[bool], ...]:
    """What a result must meet to be of this kind, in use, of the viewer's owner and of the sight it has now.

    A colleague of another sight has results of his own beside it, which this computation neither reads nor touches.
    """
    sight: Any = select(func.casm_sec.sight()).scalar_subquery()
    return (
        Result.owner_id == viewer.home_owner_id,
        Result.kind == kind,
        Result.status != "retired",
        Result.sight_sha256 == sight,
    )
