"""What could not be taken as it stood: where it stands, why, and what mends it."""

from dataclasses import dataclass, replace

ERROR = "error"
WARNING = "warning"
NOTE = "note"

LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a file, a row or a cell.

    severity: ``error`` (not taken as it stands), ``warning`` (taken, but look at it) or ``note`` (taken, and said).
    row: number of the record as a spreadsheet counts it, from 1, headings and blank rows included; None: the file.
    column: heading as written in the file. value: the cell as written, shortened; None when there is none or when
    it must not be repeated. reason: what is wrong. mend: what to do about it. field_class: who may read it later,
    as of the row or field it is about.
    """

    severity: str
    file: str
    row: int | None
    column: str | None
    value: str | None
    reason: str
    mend: str
    field_class: str = "public"

    def __post_init__(self) -> None:
        if self.severity not in (ERROR, WARNING, NOTE):
            raise ValueError(f"unknown severity {self.severity!r}")
        if self.value is not None:
            plain = self.value.replace("\x00", "␀")
            shortened = plain if len(plain) <= LONGEST_VALUE else plain[: LONGEST_VALUE - 1] + "…"
            object.__setattr__(self, "value", shortened)

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        if self.column:
            place += f" {self.column}"
        shown = f" ({self.value})" if self.value else ""
        return f"{place}: {self.reason}{shown} — {self.mend}"

    def at(self, *, file: str, row: int | None) -> "Problem":
        """The same finding at another place."""
        return replace(self, file=file, row=row)
