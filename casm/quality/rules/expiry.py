"""Rule: what has an end is renewed before it: licences, agreements, leases, recognitions."""

from datetime import date, timedelta

from casm.quality.doubt import ERROR, NOTE, WARNING, Doubt

# A renewal may be filed from 90 days before a licence's end; papers between agencies take a governing body's meeting.
SOON_DAYS = {"licence": 90}
SOON_OTHERWISE_DAYS = 180
# How each kind of end is said: what has ended, and what follows.
WORDS = {
    "licence": ("The licence", "without it there is no authority to transmit"),
    "agreement": ("The agreement", "what rests on it has no authority any more"),
    "lease": ("The lease", "equipment at the site stands without a contract"),
    "recognition": ("The recognition", "the person cannot be deployed in this position"),
    "end of life": ("The maker's support", "spare parts and updates end with it"),
}


def check_expiry(kind: str, ends_on: date | None, as_of: date, *, in_force: bool = True) -> list[Doubt]:
    """A doubt about something that has ended or soon will. kind: one of WORDS, or any other word for what ends.

    in_force: whether its record still says so; what is known to be over is no news.

    Source: 47 CFR 1.949(a) (renewal no later than the end of the term, no sooner than 90 days before) and 1.955(a)(1)
    (a licence ends by itself at the end of its term), edition of 2024; for agreements SAFECOM, Writing Guide for a
    Memorandum of Understanding (term and review); the 180 days for these are this project's.
    """
    if ends_on is None or not in_force:
        return []
    what, follows = WORDS.get(kind, (f"The {kind}", "what rests on it is doubtful from then on"))
    left_days = (ends_on - as_of).days
    figures = (("ends on", ends_on.isoformat()), ("looked at on", as_of.isoformat()))
    if left_days < 0:
        severity = WARNING if kind == "end of life" else ERROR
        return [
            Doubt(severity, f"{what} ended on {ends_on.isoformat()}, {-left_days} days ago: {follows}.", figures, kind)
        ]
    soon_days = SOON_DAYS.get(kind, SOON_OTHERWISE_DAYS)
    if left_days <= soon_days:
        severity = NOTE if kind == "end of life" else WARNING
        sentence = f"{what} ends on {ends_on.isoformat()}, in {left_days} days: {follows}."
        file_from = ends_on - timedelta(days=soon_days)
        more = (("renewal may be filed from", file_from.isoformat()),) if kind == "licence" else ()
        return [Doubt(severity, sentence, (*figures, *more), kind)]
    return []
