"""A need: who must be able to talk to whom, where, at what level, within how many minutes."""

from dataclasses import dataclass

from geo.errors import GeoError
from geo.interop.answer import LEVELS
from geo.interop.place import Place
from geo.interop.reason import Record
from geo.interop.world import Criterion


@dataclass(frozen=True, eq=False)
class Need:
    """A need of two or more agencies in a place. GeoError unless the level is 1 to 5 and there are two members."""

    record: Record
    member_ids: tuple[str, ...]
    required_level: int
    criterion: Criterion
    place: Place

    def __post_init__(self) -> None:
        if self.required_level not in LEVELS:
            raise GeoError(f"a need asks for level 1 to 5, not {self.required_level}")
        if len(set(self.member_ids)) < 2:
            raise GeoError(f"need {self.record.name} names fewer than two agencies")
