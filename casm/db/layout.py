"""Where the embedded database's files lie, and a socket folder short enough for the kernel."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from casm.db.binaries import SystemUser
from casm.errors import CasmError

PORT = 5432  # only a file name: the server listens on no network port
SOCKET = f".s.PGSQL.{PORT}"
SHORT_PLACE = Path("/tmp")  # not TMPDIR, which may differ between two programs that must meet at one socket
SOCKET_PATH_LIMIT = 107  # bytes of sun_path less its end mark; unix(7)


@dataclass(frozen=True)
class Layout:
    """Paths of one embedded database below its data folder."""

    data_dir: Path

    @property
    def home(self) -> Path:
        """Folder of everything the database's account owns."""
        return self.data_dir / "database"

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "server.log"

    @property
    def passwords(self) -> Path:
        """The password file."""
        return self.data_dir / "database-passwords.json"

    @property
    def lock(self) -> Path:
        """Held by whoever makes, starts or stops the server."""
        return self.data_dir / "database.lock"

    @property
    def backups(self) -> Path:
        """Where backups go unless told otherwise."""
        return self.data_dir / "backups"

    def socket_dir(self, account: SystemUser) -> Path:
        """Folder of the socket: below the data folder, or a short one when the kernel's limit is passed."""
        usual = self.home / "run"
        if len(os.fsencode(usual / SOCKET)) <= SOCKET_PATH_LIMIT:
            return usual
        mark = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return SHORT_PLACE / f"casm-{account.uid}-{mark}"


def make_socket_dir(folder: Path, account: SystemUser) -> None:
    """Make the socket folder, closed to others; CasmError when someone else holds its name."""
    try:
        folder.mkdir(mode=0o700)
        if account.is_other:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        pass
    found = folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or found.st_uid != account.uid:
        raise CasmError(
            f"{folder}, where the database's socket belongs, is held by another user.",
            f"delete {folder}, or choose a shorter data folder with CASM_DATA_DIR",
        )
    if found.st_mode & 0o077:
        folder.chmod(0o700)
