"""The passwords of the embedded database's two logins, kept in a file only their owner can read."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from casm.errors import CasmError


@dataclass(frozen=True)
class Passwords:
    """Random passwords: casm_admin (migrations, backup) and casm_app (the program); hidden from repr."""

    admin: str = field(repr=False)
    app: str = field(repr=False)


def make() -> Passwords:
    """Draw new passwords."""
    return Passwords(secrets.token_urlsafe(32), secrets.token_urlsafe(32))


def read(path: Path) -> Passwords:
    """Read the password file; CasmError when it is closed to us or is not ours."""
    try:
        kept = json.loads(path.read_text())
        return Passwords(kept["casm_admin"], kept["casm_app"])
    except PermissionError:
        raise CasmError(
            f"{path} holds the database's passwords and is closed to this user.",
            "run casm as the user who made the data folder (or as root), or choose another with CASM_DATA_DIR",
        ) from None
    except FileNotFoundError:
        raise CasmError(
            f"{path}, which holds the database's passwords, is missing.",
            "casm db stop, then casm db start, which sets new ones",
        ) from None
    except (ValueError, KeyError, TypeError):
        raise CasmError(
            f"{path} is damaged: it does not hold the database's passwords.",
            f"casm db stop; rm {path}; casm db start (it sets new ones)",
        ) from None


def write(path: Path, passwords: Passwords) -> None:
    """Write the password file through a temporary name, so that a killed program leaves no half of it."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"casm_admin": passwords.admin, "casm_app": passwords.app}, file)
        file.flush()
        os.fsync(file.fileno())
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(temporary, owner.st_uid, owner.st_gid)
    temporary.replace(path)
