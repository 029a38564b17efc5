"""Pairs of records of probably one name: blocked by rare words, scored by the weight of the words they share."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from casm.quality.duplicates.words import COMMON, LITTLE, alike, contradict, words_of

# Words alike to this degree are one word misspelt.
ALIKE = 0.6
# Keys of a record, and records of one key beyond which the key tells nothing.
KEYS, MOST_OF_A_KEY = 4, 60


@dataclass(frozen=True)
class NamedThing:
    """A record by its names. where: what must not differ, as its state; None if not known."""

    id: Hashable
    name: str
    where: str | None = None
    also: tuple[str, ...] = ()


class Weights:
    """How much each word tells among all the names: the logarithm of its rarity (Spärck Jones, 1972)."""

    def __init__(self, all_words: Iterable[tuple[str, ...]]) -> None:
        self.counts: Counter[str] = Counter()
        self.names = 0
        for words in all_words:
            self.counts.update(words)
            self.names += 1
        self._known: dict[str, float] = {}

    def of(self, word: str) -> float:
        """The weight of a word; those that say only the kind of body weigh little however rare they are here."""
        known = self._known.get(word)
        if known is None:
            rarity = math.log(1.0 + self.names / (1 + self.counts[word]))
            known = self._known[word] = rarity * (LITTLE if word in COMMON else 1.0)
        return known

    def likeness(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        """0 to 1: the cosine of two names over their words' weights, a misspelt word counting as far as it is alike."""
        if one == other:
            return 1.0 if one else 0.0
        if not one or not other or contradict(one, other):
            return 0.0
        same = set(one) & set(other)
        shared = sum(self.of(word) ** 2 for word in same)
        left = [word for word in other if word not in same]
        for word in one:
            if word in same or not left:
                continue
            likeness, best = max((alike(word, there), there) for there in left)
            if likeness >= ALIKE:
                shared += self.of(word) * self.of(best) * likeness
                left.remove(best)
        norm = math.sqrt(sum(self.of(word) ** 2 for word in one) * sum(self.of(word) ** 2 for word in other))
        return min(1.0, shared / norm) if norm else 0.0


def name_pairs(things: Sequence[NamedThing], threshold: float) -> dict[tuple[int, int], float]:
    """(earlier, later) position → likeness, of every pair at or above the threshold that is not elsewhere."""
    spelled = [[words_of(name) for name in (one.name, *one.also) if name] for one in things]
    weights = Weights(words for many in spelled for words in many)
    found: dict[tuple[int, int], float] = {}
    for first, second in candidates(spelled, weights):
        here, there = things[first].where, things[second].where
        if here is not None and there is not None and here != there:
            continue
        likeness = max(weights.likeness(one, other) for one in spelled[first] for other in spelled[second])
        if likeness >= threshold:
            found[first, second] = likeness
    return found


def candidates(spelled: Sequence[Sequence[tuple[str, ...]]], weights: Weights) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing: of one set of words, or sharing a rare word or its skeleton."""
    blocks: Mapping[str, list[int]] = defaultdict(list)
    whole: Mapping[tuple[str, ...], list[int]] = defaultdict(list)
    for at, names in enumerate(spelled):
        keys = set()
        for words in names:
            rarest = sorted(words, key=lambda word: (-weights.of(word), word))[:KEYS]
            keys |= set(rarest) | {f"~{skeleton(word)}" for word in rarest if len(word) > 4}
            if words:
                whole[words].append(at)
        for key in keys:
            blocks[key].append(at)
    told: set[tuple[int, int]] = set()
    for members in whole.values():
        # Those of one name in a chain: every one is told, without every one with every other.
        told.update(pair for pair in pairwise(members) if pair[0] != pair[1])
    for members in blocks.values():
        if len(members) <= MOST_OF_A_KEY:
            told.update((first, second) for n, first in enumerate(members) for second in members[n + 1 :])
    yield from sorted((min(pair), max(pair)) for pair in told)


@lru_cache(maxsize=400_000)
def skeleton(word: str) -> str:
    """A word without vowels and doubled letters, so that most misspellings keep it."""
    kept = [word[0]]
    for letter in word[1:]:
        if letter not in "AEIOUY" and letter != kept[-1]:
            kept.append(letter)
    return "".join(kept)
