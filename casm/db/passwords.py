"""The passwords of the embedded database's logins, kept in a file only their owner can read."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from casm.errors import CasmError


@dataclass(frozen=True)
class Passwords:
    """Random passwords of casm_admin (migrations), casm_app (inventory), casm_gate (accounts); hidden from repr.

    gate is None in a file written before there were accounts, until casm.db.cluster.complete_passwords adds it.
    """

    admin: str = field(repr=False)
    app: str = field(repr=False)
    gate: str | None = field(repr=False)


def make() -> Passwords:
    """Draw new passwords."""
    return Passwords(draw(), draw(), draw())


def draw() -> str:
    """One new password of 256 bits."""
    return secrets.token_urlsafe(32)


def read(path: Path) -> Passwords:
    """Read the password file; CasmError when it is closed to us or is not ours."""
    try:
        kept = json.loads(path.read_text())
        return Passwords(kept["casm_admin"], kept["casm_app"], kept.get("casm_gate"))
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
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CasmError(
            f"{path} is damaged: it does not hold the database's passwords.",
            f"casm db stop; rm {path}; casm db start (it sets new ones)",
        ) from None


def write(path: Path, passwords: Passwords) -> None:
    """Write the password file through a temporary name, so that a killed program leaves no half of it."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        kept = {"casm_admin": passwords.admin, "casm_app": passwords.app, "casm_gate": passwords.gate}
        json.dump({name: password for name, password in kept.items() if password is not None}, file)
        file.flush()
        os.fsync(file.fileno())
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(temporary, owner.st_uid, owner.st_gid)
    temporary.replace(path)
