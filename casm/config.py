"""Where the program keeps its data and which database it uses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SYSTEM_DATA_DIR = Path("/var/lib/casm")


@dataclass(frozen=True)
class Settings:
    """What the surroundings decide.

    data_dir: absolute folder for the embedded database, backups and results.
    database_url: another PostGIS to use instead of the embedded one; hidden from repr (it holds a password).
    """

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read CASM_DATA_DIR and CASM_DATABASE_URL; an empty value counts as unset."""
        variables = os.environ if environ is None else environ
        chosen = variables.get("CASM_DATA_DIR")
        data_dir = Path(chosen).expanduser().absolute() if chosen else default_data_dir(variables)
        return cls(data_dir=data_dir, database_url=variables.get("CASM_DATABASE_URL") or None)


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """/var/lib/casm for root (root's home is closed to the database's user), else the XDG data folder."""
    if os.geteuid() == 0:
        return SYSTEM_DATA_DIR
    xdg = environ.get("XDG_DATA_HOME")
    # The XDG base directory specification 0.8: a relative path is invalid and is to be ignored.
    base = Path(xdg) if xdg and Path(xdg).is_absolute() else Path.home() / ".local" / "share"
    return base / "casm"
