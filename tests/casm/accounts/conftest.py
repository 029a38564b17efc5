"""A small tree of owners with its managers, and people invited the way they would be."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg2
import pytest
from borrowed import borrow
from sqlalchemy.orm import Session

from casm.accounts import password as passwords
from casm.accounts.account import Account, viewer_of
from casm.accounts.invitation import accept_invitation, invite
from casm.accounts.origin import Origin
from casm.accounts.session import Holder, look_up_session
from casm.accounts.sign_in import SignedIn, sign_in_with_password
from casm.db.locate import autocommit
from casm.db.session import Database
from casm.inventory.owner import Owner
from casm.mail.letter import Letter
from casm.mail.mailer import Mailer
from casm.mail.settings import MailSettings
from casm.sharing.members import give_membership
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer

PASSWORD = "walnut-lantern-57-brook"
HERE = Origin("192.0.2.7", "r1", "a browser")


@dataclass(frozen=True)
class Post(Mailer):
    """A mailer that keeps its letters instead of sending them."""

    letters: list[Letter] = field(default_factory=list)

    @property
    def can_send(self) -> bool:
        return True

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    def post(self, letter: Letter) -> None:
        self.letters.append(letter)

    def token(self) -> str:
        """The secret of the newest letter's link."""
        link = next(line for line in reversed(self.letters[-1].text.splitlines()) if line.startswith("http"))
        return link.rpartition("/")[2]


@dataclass(frozen=True)
class Tree:
    """us.tn with us.tn.campbell, us.ky; and what makes people in them."""

    database: Database
    post: Post
    tennessee: uuid.UUID
    campbell: uuid.UUID
    kentucky: uuid.UUID

    def person(
        self, email: str, owner_id: uuid.UUID, role: str, *, by: Viewer | None = None, fields: tuple[str, ...] = ()
    ) -> Account:
        """Invite somebody, who accepts with PASSWORD."""
        by = by or Viewer.local_administrator()
        invite(
            self.database, by, self.post, email=email, name=email.partition("@")[0].title(), owner_id=owner_id,
            role=role, field_classes=fields,
        )  # fmt: skip
        return accept_invitation(self.database, self.post, self.post.token(), PASSWORD, HERE)

    def promote(self, account: Account, owner_id: uuid.UUID) -> None:
        """Make somebody an administrative manager of a further owner."""
        with self.database.session(Viewer.local_administrator()) as session:
            give_membership(session, owner_id, account.id, "administrative_manager", FIELD_CLASSES)

    def sign_in(self, email: str, password: str = PASSWORD, origin: Origin = HERE) -> SignedIn:
        """Sign in by password."""
        return sign_in_with_password(self.database, email, password, origin)

    def holder(self, token: str) -> Holder:
        """The session of a token, which must be open."""
        found = look_up_session(self.database, token, HERE)
        assert found is not None
        return found

    def gate(self, account: Account):
        """A gate session in somebody's name."""
        return self.database.gate_session(viewer_of(account, HERE))


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """The same argon2id with one pass over little memory: what is tested is not how slow it is."""
    before = passwords.HASHER
    passwords.HASHER = type(before)(time_cost=1, memory_cost=64, parallelism=1)
    passwords.decoy_hash.cache_clear()
    yield
    passwords.HASHER = before
    passwords.decoy_hash.cache_clear()


@pytest.fixture(scope="module")
def owners(module_database: Database) -> dict[str, uuid.UUID]:
    """The owners, by code."""
    with module_database.session(Viewer.local_administrator()) as session:
        made = {code: add_owner(session, code, "state", NATION_OWNER_ID) for code in ("us.tn", "us.ky")}
        made["us.tn.campbell"] = add_owner(session, "us.tn.campbell", "county", made["us.tn"])
    return made


@pytest.fixture
def tree(module_database: Database, owners: dict[str, uuid.UUID], as_administrator) -> Tree:
    """The tree of owners, without anybody in it."""
    as_administrator("TRUNCATE casm_gate.account, casm_gate.throttle, casm.membership CASCADE")
    post = Post(MailSettings(None, "casm@agency.example", "https://casm.agency.example"))
    return Tree(module_database, post, owners["us.tn"], owners["us.tn.campbell"], owners["us.ky"])


def add_owner(session: Session, code: str, kind: str, parent_id: uuid.UUID) -> uuid.UUID:
    """Add an owner."""
    owner = Owner(code=code, kind=kind, name=code.rpartition(".")[2].title(), parent_id=parent_id)
    session.add(owner)
    session.flush()
    return owner.id


@pytest.fixture(scope="module")
def as_administrator(module_database_urls) -> Iterator[Callable[..., list]]:
    """Run a statement as the database's administrator: to make time pass, or to look where nobody else may."""
    address = module_database_urls.migrator.replace("postgresql+psycopg2", "postgresql", 1)
    with autocommit(psycopg2.connect(address)) as connection:

        def run(statement: str, *values) -> list:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def events(as_administrator) -> Callable[[], list[tuple]]:
    """What the audit holds, in its order: (actor, action, subject)."""
    return lambda: as_administrator("SELECT actor, action, subject_id FROM casm.audit_event ORDER BY sequence")


@pytest.fixture(scope="session")
def software_key():
    """The class of security keys in software."""
    return borrow("casm/accounts/software_key.py").SoftwareKey
