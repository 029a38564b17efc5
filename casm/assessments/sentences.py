"""What an answer means, in sentences that a sheriff reads."""

from collections.abc import Iterable

from geo.gaps.gap import Gap
from geo.interop.answer import Interval, Verdict
from geo.interop.methods import CACHE, CHANNEL, GATEWAY, JOINED, NOT_ON_RECORD, TALKGROUP
from geo.interop.place import Place
from geo.interop.reason import Code, Reason
from geo.interop.report import LegReport, MethodReport

LEVEL_WORDS = {
    5: "a standards-based shared system",
    4: "a proprietary shared system",
    3: "a shared channel",
    2: "a gateway or console patch",
    1: "cached radios",
    0: "nothing",
}


def joined(names: Iterable[str]) -> str:
    """Names in a row: A; A and B; A, B and C."""
    listed = list(names)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def means(method: MethodReport) -> str:
    """What a method goes over, by name."""
    via = joined(dict.fromkeys(record.name for record in method.via))
    if method.kind in (TALKGROUP, JOINED):
        carriers = joined(dict.fromkeys(leg.carrier.name for leg in method.legs if leg.carrier is not None))
        on = f" on {carriers}" if carriers else ""
        return f"talkgroup {via}{on}{' (joined systems)' if method.kind == JOINED else ''}"
    if method.kind == CHANNEL:
        names = dict.fromkeys(record.name for record in method.via)
        if len(names) > 1:
            return f"one channel under the names {joined(names)}"
        return f"channel {via}"
    if method.kind == NOT_ON_RECORD:
        return "radios that are not on record"
    if method.kind == GATEWAY:
        return f"{via}{_ports(method.legs)}"
    if method.kind == CACHE:
        borrowers = joined(leg.agency_name for leg in method.legs if leg.lender is not None)
        cache, *channels = dict.fromkeys(record.name for record in method.via)
        on = f" on {joined(channels)}" if channels else ""
        return f"radios lent to {borrowers} from {cache}{on}"
    return via


def radios(method: MethodReport) -> str:
    """With which radios a method holds, for each side not all of whose fleets can do it; else nothing."""
    sides = [f"{leg.agency_name} by {joined(leg.only_fleets)} only" for leg in method.legs if leg.only_fleets]
    return f" ({'; '.join(sides)})" if sides else ""


def _ports(legs: Iterable[LegReport]) -> str:
    resources = dict.fromkeys(leg.resource.name for leg in legs if leg.resource is not None)
    return f", which joins {joined(resources)}" if len(resources) > 1 else ""


def method_sentence(method: MethodReport) -> str:
    """A method in one sentence: that it works, that it may, or why it does not."""
    names = joined(leg.agency_name for leg in method.legs)
    minutes = f", up within {method.minutes} minutes" if method.minutes else ""
    if method.state is Verdict.YES:
        return f"{names} can talk over {means(method)}{radios(method)}{minutes}."
    if method.state is Verdict.UNKNOWN:
        return f"{names} may be able to talk over {means(method)}{minutes}, but {reason_words(method.reasons)}."
    return f"{names} cannot talk over {means(method)}: {reason_words(method.reasons)}."


def reason_words(reasons: Iterable[Reason], most: int = 3) -> str:
    """The first few reasons in a row; how many more there are is said."""
    listed = list(reasons)
    texts = list(dict.fromkeys(reason.text for reason in listed))
    if not texts:
        return "not everything about it is known"
    more = len(texts) - most
    return "; ".join(texts[:most]) + (f"; and {more} more" if more > 0 else "")


def answer_sentence(
    names: list[str],
    interval: Interval,
    methods: Iterable[MethodReport],
    reasons: Iterable[Reason],
    where: str = "here",
) -> str:
    """The answer for a pair or group: what is sure, what may be, and what stands in the way of better."""
    methods = list(methods)
    who = joined(names)
    proven = [method for method in methods if method.state is Verdict.YES and method.level == interval.proven]
    hopeful = [method for method in methods if method.state is Verdict.UNKNOWN and method.level > interval.proven]
    if interval.proven:
        over = f" over {means(proven[0])}{radios(proven[0])}" if proven else " by several means together"
        sentence = f"{who} can talk {where}{over} (level {interval.proven}, {LEVEL_WORDS[interval.proven]})."
    elif interval.possible:
        sentence = f"It is not shown that {who} can talk {where}."
    else:
        nearest = next((method for method in methods if method.state is Verdict.NO), None)
        why = reason_words(nearest.failures or nearest.reasons) if nearest else reason_words(reasons)
        return f"{names[0]} cannot reach {joined(names[1:])} {where}: {why}."
    if interval.possible > interval.proven:
        best = hopeful[0] if hopeful else None
        why = f" over {means(best)}, but {reason_words(best.reasons)}" if best else ""
        sentence += f" Perhaps level {interval.possible}{why}."
    return sentence


def gap_sentence(gap: Gap, names: list[str]) -> str:
    """A gap, or a need not proven, in one sentence."""
    need, who = gap.need, joined(names)
    asked = f"level {need.required_level} within {need.criterion.within_minutes} minutes"
    area = f"{gap.area_km2:.1f} km²"
    why = reason_words(gap.reasons)
    if not gap.proven:
        return f"Whether {who} reach {asked} is not known in {area}: {why}."
    nearest = f" The nearest way is {means(gap.nearest)}." if gap.nearest is not None else ""
    if gap.code is Code.COVERAGE:
        over = f" on {means(gap.nearest)}" if gap.nearest is not None else ""
        return f"{who} need {asked} and do not have it in {area}, where the signal does not reach{over}: {why}."
    return f"{who} need {asked} and do not have it: {why}.{nearest}"


def place_words(place: Place) -> str:
    """Where a question was asked."""
    return place.text
