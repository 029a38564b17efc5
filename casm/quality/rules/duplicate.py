"""Rule: one thing is on record once: agencies, sites, and links in whichever direction."""

from casm.quality.doubt import NOTE, WARNING, Doubt
from casm.quality.figures import away

# From this likeness on nothing known speaks against it.
SURE = 0.95


def check_duplicate(
    kind: str, other_name: str, other_owner: str | None, likeness: float, why: str, apart_m: float | None, about: str
) -> list[Doubt]:
    """A doubt about a record that another one probably says again.

    kind: agency, site or link. other_owner: whose the other one is, None where it is of the same owner. likeness: 0 to
    1. why: what they have in common. about: the other's id.

    Source: this project's measure, benchmarks/bench_duplicates.py (precision and recall on FCC registration numbers
    with several spellings, aliases of sites, links in both directions); words weighted by rarity (Spärck Jones,
    1972), misspelt words by letter pairs (Dice, 1945). One registration (ASR) number is one structure: 47 CFR 17.4.
    """
    whose = f" of {other_owner}" if other_owner else ""
    figures = [("the other", f"{other_name}{whose}"), ("likeness", f"{likeness:.2f} of 1"), ("in common", why)]
    if apart_m is not None:
        figures.append(("apart", away(apart_m)))
    sentence = f"{other_name}{whose} is probably the same {kind}: {why}" + (
        f", {away(apart_m)} apart." if apart_m is not None else "."
    )
    return [Doubt(WARNING if likeness >= SURE else NOTE, sentence, tuple(figures), about)]
