"""Find PostgreSQL with PostGIS among Debian's packages and run its programs as a user they accept."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from casm.errors import CasmError

DEBIAN_ROOT = Path("/usr/lib/postgresql")
DEBIAN_SHARE = Path("/usr/share/postgresql")
OLDEST_MAJOR = 15
SYSTEM_USER = "postgres"
INSTALL = "apt-get install --no-install-recommends postgresql-15-postgis-3 postgresql-15-postgis-3-scripts"


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL: its major version, the folder of its programs, whether PostGIS is there."""

    major: int
    folder: Path
    has_postgis: bool

    def program(self, name: str) -> str:
        """Absolute path of one program, such as initdb."""
        return str(self.folder / name)


@dataclass(frozen=True)
class SystemUser:
    """The account the database's programs run under."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether this program has to change to that account (it runs as root)."""
        return os.geteuid() != self.uid

    def popen_options(self) -> dict:
        """Options for subprocess that drop root, and only root, to this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def installed(root: Path = DEBIAN_ROOT, share: Path = DEBIAN_SHARE) -> list[Binaries]:
    """Every complete PostgreSQL installed, newest first."""
    found = []
    for folder in root.glob("*/bin"):
        version = folder.parent.name
        if version.isdigit() and (folder / "initdb").exists() and (folder / "postgres").exists():
            has_postgis = (share / version / "extension" / "postgis.control").exists()
            found.append(Binaries(int(version), folder, has_postgis))
    return sorted(found, key=lambda binaries: -binaries.major)


def choose_for_new() -> Binaries:
    """The newest PostgreSQL of at least version 15 that has PostGIS."""
    for binaries in installed():
        if binaries.major >= OLDEST_MAJOR and binaries.has_postgis:
            return binaries
    raise CasmError(f"PostgreSQL {OLDEST_MAJOR} or newer with PostGIS is not installed.", f"as root: {INSTALL}")


def account_for(folder: Path) -> SystemUser:
    """The account for a data folder: ourselves, or for root the folder's owner, else `postgres`."""
    if os.geteuid() != 0:
        own = pwd.getpwuid(os.geteuid())
        return SystemUser(own.pw_name, own.pw_uid, own.pw_gid)
    for place in (folder, *folder.parents[:1]):
        if place.exists() and place.stat().st_uid != 0:
            try:
                owner = pwd.getpwuid(place.stat().st_uid)
            except KeyError:
                raise CasmError(
                    f"{place} belongs to user number {place.stat().st_uid}, which this machine does not know.",
                    f"chown -R {SYSTEM_USER}: {place}",
                ) from None
            return SystemUser(owner.pw_name, owner.pw_uid, owner.pw_gid)
    try:
        system = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise CasmError(
            f"PostgreSQL does not run as root and there is no user {SYSTEM_USER!r} to run it as.",
            f"as root: {INSTALL} (it makes the user), or run casm as an ordinary user",
        ) from None
    return SystemUser(system.pw_name, system.pw_uid, system.pw_gid)


def clean_environment() -> dict[str, str]:
    """Our environment without PG* variables (they redirect every PostgreSQL program) and in plain English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def run(account: SystemUser, arguments: list[str], **options) -> subprocess.CompletedProcess[str]:
    """Run one PostgreSQL program to its end as the account; output captured as text."""
    options.setdefault("env", clean_environment())
    return subprocess.run(
        arguments, cwd="/", capture_output=True, text=True, check=False, **account.popen_options(), **options
    )
