"""Plots drawn on the server as SVG: each says in words what it shows, and stands beside its figures in a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

BAR_WIDTH, BAR_HEIGHT = 200, 14


@dataclass(frozen=True)
class Part:
    """A part of a bar. kind: how it is drawn (a class of dashboard.css); words: what it is."""

    kind: str
    count: int
    words: str


def bar(label: str, parts: Sequence[Part], most: int | None = None) -> Markup:
    """One bar of parts side by side, as long as their sum is of ``most`` (else the whole width); nothing of nothing."""
    total = sum(part.count for part in parts)
    whole = total if most is None else most
    if not total or not whole:
        return Markup("")
    said = f"{label}: " + ", ".join(f"{part.count:,} {part.words}" for part in parts if part.count)
    pieces, at = [], 0.0
    for part in parts:
        width = BAR_WIDTH * part.count / whole
        if part.count:
            pieces.append(
                Markup('<rect class="plot-{}" x="{}" y="0" width="{}" height="{}"/>').format(
                    part.kind, round(at, 2), round(width, 2), BAR_HEIGHT
                )
            )
        at += width
    return Markup(
        '<svg class="plot-bar" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" '
        'focusable="false">{}</svg>'
    ).format(said, BAR_WIDTH, BAR_HEIGHT, Markup("").join(pieces))


@dataclass(frozen=True)
class Column:
    """A column of a plot: what is written under it, its name in full, and its parts from the bottom up."""

    tick: str
    name: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """Its height."""
        return sum(part.count for part in self.parts)


PLOT_WIDTH, PLOT_HEIGHT, FOOT, HEAD = 480, 150, 22, 16


def columns(title: str, shown: Sequence[Column]) -> Markup:
    """Columns side by side with their totals on top; nothing where all are empty."""
    most = max((one.total for one in shown), default=0)
    if not most:
        return Markup("")
    step, scale = PLOT_WIDTH / len(shown), (PLOT_HEIGHT - FOOT - HEAD) / most
    pieces = []
    for number, one in enumerate(shown):
        left, base = step * number, float(PLOT_HEIGHT - FOOT)
        for part in one.parts:
            height = part.count * scale
            base -= height
            if part.count:
                pieces.append(
                    Markup('<rect class="plot-{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                        part.kind, round(left + step * 0.15, 2), round(base, 2), round(step * 0.7, 2), round(height, 2)
                    )
                )
        middle = round(left + step / 2, 2)
        if one.total:
            pieces.append(_text(middle, round(base - 4, 2), f"{one.total:,}"))
        pieces.append(_text(middle, PLOT_HEIGHT - 6, one.tick))
    said = "; ".join(f"{one.name}: {one.total:,}" for one in shown if one.total)
    return Markup(
        '<svg class="plot-columns" role="img" aria-label="{}" viewBox="0 0 {} {}" focusable="false">'
        '<line class="plot-axis" x1="0" x2="{}" y1="{}" y2="{}"/>{}</svg>'
    ).format(
        f"{title}. {said}", PLOT_WIDTH, PLOT_HEIGHT, PLOT_WIDTH, PLOT_HEIGHT - FOOT, PLOT_HEIGHT - FOOT,
        Markup("").join(pieces),
    )  # fmt: skip


def _text(x: float, y: float, words: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x, y, words)
