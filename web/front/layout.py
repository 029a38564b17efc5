"""Where the parts of the server lie in the data folder, and which account nginx's workers take on."""

import grp
import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from casm.db.layout import SHORT_PLACE, SOCKET_PATH_LIMIT
from casm.errors import CasmError

# Debian's account for web servers; only where root starts the server, for a trial.
WEB_ACCOUNT = "www-data"


@dataclass(frozen=True)
class FrontLayout:
    """Paths of the server below its data folder."""

    data_dir: Path

    @property
    def home(self) -> Path:
        """Folder of everything here."""
        return self.data_dir / "server"

    @property
    def settings(self) -> Path:
        """What the operator decided."""
        return self.home / "settings.json"

    @property
    def own_certificate(self) -> Path:
        """The certificate made here, where the operator has none."""
        return self.home / "tls" / "certificate.pem"

    @property
    def own_key(self) -> Path:
        """Its key."""
        return self.home / "tls" / "key.pem"

    @property
    def configuration(self) -> Path:
        """nginx's configuration, written anew at each start."""
        return self.home / "nginx.conf"

    @property
    def site(self) -> Path:
        """What nginx itself gives out: styles, scripts, and pages for errors of its own."""
        return self.home / "site"

    @property
    def temporary(self) -> Path:
        """Bodies that nginx holds while they come in or go out slowly."""
        return self.home / "temporary"

    @property
    def log(self) -> Path:
        """What the application and nginx say when no terminal or journal listens."""
        return self.home / "server.log"

    @property
    def refused_log(self) -> Path:
        """A line for each request that nginx answered itself, without its address."""
        return self.home / "refused.log"

    @property
    def lock(self) -> Path:
        """Held, with its process id in it, by the server that runs."""
        return self.home / "server.lock"

    @property
    def run(self) -> Path:
        """Folder of the application's socket: below the data folder, or a short one where that is too long."""
        usual = self.home / "run"
        if len(os.fsencode(usual / "application.socket")) <= SOCKET_PATH_LIMIT:
            return usual
        mark = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return SHORT_PLACE / f"casm-front-{os.geteuid()}-{mark}"

    @property
    def socket(self) -> Path:
        """The socket between nginx and the application."""
        return self.run / "application.socket"


@dataclass(frozen=True)
class WorkerAccount:
    """The account of nginx's workers where root starts it."""

    name: str
    group: str
    gid: int


def worker_account() -> WorkerAccount | None:
    """None for an ordinary user, whose nginx runs as that user; for root Debian's account for web servers."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(WEB_ACCOUNT)
    except KeyError:
        raise CasmError(
            f"There is no user {WEB_ACCOUNT!r} for nginx to run as.", "run the server as another user than root"
        ) from None
    return WorkerAccount(found.pw_name, grp.getgrgid(found.pw_gid).gr_name, found.pw_gid)


def make_folders(layout: FrontLayout) -> None:
    """Make the folders: nginx's workers pass through to the site and the socket, others see nothing.

    CasmError when someone else holds the socket's place.
    """
    account = worker_account()
    for folder, mode in ((layout.home, 0o711), (layout.own_key.parent, 0o700), (layout.temporary, 0o711)):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    layout.run.mkdir(mode=0o700, exist_ok=True)
    found = layout.run.lstat()
    if layout.run.is_symlink() or found.st_uid != os.geteuid():
        raise CasmError(
            f"{layout.run}, where the server's socket belongs, is held by another user.", f"delete {layout.run}"
        )
    if account is not None:
        os.chown(layout.run, -1, account.gid)
        layout.run.chmod(0o710)
