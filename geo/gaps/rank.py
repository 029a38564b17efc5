"""Gaps in the order in which they matter."""

from collections.abc import Iterable

from geo.gaps.gap import Gap


def ranked(gaps: Iterable[Gap]) -> list[Gap]:
    """Sure gaps before unproven ones; then by levels lacking, then by area, greatest first; then by name."""
    return sorted(
        gaps,
        key=lambda gap: (
            not gap.proven,
            -(gap.need.required_level - gap.interval.proven),
            -gap.area_km2,
            gap.need.record.name,
            gap.code,
        ),
    )
