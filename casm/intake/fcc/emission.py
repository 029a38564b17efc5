"""Emissions of a licence out of its EM records, matched to frequencies by antenna, frequency and number."""

from collections import defaultdict
from dataclasses import dataclass, field

from casm.intake.fcc import codes
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.records import Record
from casm.intake.fcc.values import Reading
from casm.intake.problem import Problem

AntennaKey = tuple[int, int]
Identity = tuple[AntennaKey, int, int | None]


@dataclass(frozen=True)
class Emitted:
    """What a frequency carries: designators (comma between), remarks on rate and modulation, the fastest of them."""

    designators: str | None = None
    remarks: str | None = None
    rate_kbps: float | None = None
    modulation: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass
class Emissions:
    """EM records not yet matched, by antenna, frequency and frequency number."""

    left: dict[Identity, list[Reading]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, records: list[Record], outcome: Outcome) -> "Emissions":
        """Sort the EM records of one licence; those without the numbers to match by are refused."""
        emissions = cls()
        for record in records:
            reading = Reading(record)
            location = reading.integer("location_number", 1, 999_999)
            antenna = reading.integer("antenna_number", 1, 999_999)
            freq_hz = reading.freq_hz("frequency_assigned")
            if location is None or antenna is None or freq_hz is None:
                outcome.refuse(
                    record, "frequency_assigned", "an emission without its location, antenna and frequency",
                    "compare with the licence on file at the FCC", because=reading.problems,
                )  # fmt: skip
            elif record.text("status_code") == codes.TERMINATED:
                outcome.set_aside(record, "status_code", "terminated by the FCC, so not taken", "nothing to do")
            else:
                number = reading.integer("frequency_number", 0, 10**6)
                emissions.left[(location, antenna), freq_hz, number].append(reading)
        return emissions

    def take(self, antenna: AntennaKey, freq_hz: int, number: int | None, outcome: Outcome) -> Emitted:
        """The emissions of one frequency, counted as kept.

        Where one side bears no number, they are matched without it, if that leaves no choice.
        """
        readings = self.left.pop((antenna, freq_hz, number), [])
        if not readings:
            others = [key for key in self.left if key[:2] == (antenna, freq_hz)]
            if len(others) == 1 and None in (number, others[0][2]):
                readings = self.left.pop(others[0])
        designators: list[str] = []
        remarks: list[str] = []
        fastest: tuple[float, str | None] = (0.0, None)
        for reading in readings:
            outcome.kept(reading.record)
            designator = reading.text("emission_code")
            if designator and designator not in designators:
                designators.append(designator)
            # The layout gives no unit; 50,250 in 9.2 MHz of 128QAM can only be kilobits a second.
            rate_kbps = reading.number("digital_mod_rate", 0, 10**9) or None
            modulation = reading.text("digital_mod_type")
            said = " ".join(part for part in (f"{rate_kbps:g} kbit/s" if rate_kbps else "", modulation or "") if part)
            if said and said not in remarks:
                remarks.append(said)
            if rate_kbps and rate_kbps > fastest[0]:
                fastest = (rate_kbps, modulation)
        return Emitted(
            designators=", ".join(designators) or None,
            remarks="; ".join(remarks) or None,
            rate_kbps=fastest[0] or None,
            modulation=fastest[1],
            problems=tuple(problem for reading in readings for problem in reading.problems),
        )

    def refuse_rest(self, outcome: Outcome) -> None:
        """Refuse the emissions that belong to no frequency taken."""
        for readings in self.left.values():
            for reading in readings:
                outcome.refuse(
                    reading.record, "frequency_number", "an emission of a frequency that was not taken",
                    "put the FR record with the same location, antenna, frequency and number beside it",
                )  # fmt: skip
        self.left.clear()
