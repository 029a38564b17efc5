"""The application with people in it, and browsers that keep cookies and fill in the forms they are shown."""

import re
import uuid
from dataclasses import dataclass, field
from html import unescape

import psycopg2
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casm.accounts import password as passwords
from casm.accounts.invitation import accept_invitation, invite
from casm.accounts.origin import Origin
from casm.inventory.owner import Owner
from casm.mail.letter import Letter
from casm.mail.mailer import Mailer
from casm.mail.settings import MailSettings
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer
from web import create_app
from web.config import WebConfig

PASSWORD = "walnut-lantern-57-brook"
ADDRESS = "http://localhost"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


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

    def path(self) -> str:
        """The path of the newest letter's link."""
        link = next(line for line in reversed(self.letters[-1].text.splitlines()) if line.startswith("http"))
        return link.removeprefix(ADDRESS)


@dataclass(frozen=True)
class Browser:
    """A client with cookies of its own."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=headers)

    def send(self, path: str, page: str = "", **fields: str | list[str]) -> TestResponse:
        """Fill in the form of a page and send it; page: where the form is, by default at the path itself."""
        found = TOKEN.search(self.client.get(page or path).text)
        assert found, f"{page or path} holds no form"
        return self.client.post(path, data={"csrf_token": found[1], **fields})

    def sign_in(self, email: str, password: str = PASSWORD, wanted: str = "") -> TestResponse:
        """Sign in by password."""
        return self.send("/sign-in", email=email, password=password, next=wanted)

    def cookie(self, name: str = "casm") -> str | None:
        """The value of a cookie."""
        found = self.client.get_cookie(name)
        return found.value if found else None


@dataclass(frozen=True)
class Town:
    """The application, the owners in it, and what makes people."""

    app: object
    database: object
    urls: object
    post: Post
    tennessee: uuid.UUID
    campbell: uuid.UUID
    kentucky: uuid.UUID

    def browser(self) -> Browser:
        """A browser that nobody has used."""
        return Browser(self.app.test_client())

    def invited(self, email: str, owner_id: uuid.UUID, role: str, by: Viewer | None = None) -> uuid.UUID:
        """Invite somebody from this machine; the account's id."""
        fields = FIELD_CLASSES if role == "administrative_manager" else ("public",)
        invitation = invite(
            self.database, by or Viewer.local_administrator(), self.post, email=email,
            name=email.partition("@")[0].replace(".", " ").title(), owner_id=owner_id, role=role, field_classes=fields,
        )  # fmt: skip
        return invitation.account.id

    def person(self, email: str, owner_id: uuid.UUID, role: str) -> uuid.UUID:
        """Invite somebody, who accepts with PASSWORD; the account's id."""
        account_id = self.invited(email, owner_id, role)
        token = self.post.path().rpartition("/")[2]
        accept_invitation(self.database, self.post, token, PASSWORD, Origin("192.0.2.7"))
        return account_id

    def signed_in(self, email: str, owner_id: uuid.UUID, role: str) -> Browser:
        """A browser in which a new person is signed in."""
        self.person(email, owner_id, role)
        browser = self.browser()
        answer = browser.sign_in(email)
        assert answer.status_code == 303, answer.text
        return browser

    def run(self, statement: str, *values: object) -> None:
        """Change the accounts as only the test may: to make time pass."""
        with psycopg2.connect(self.urls.migrator.replace("postgresql+psycopg2", "postgresql", 1)) as connection:
            connection.cursor().execute(statement, values)
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """The same argon2id with one pass over little memory: what is tested is not how slow it is."""
    before = passwords.HASHER
    passwords.HASHER = type(before)(time_cost=1, memory_cost=64, parallelism=1)
    passwords.decoy_hash.cache_clear()
    yield
    passwords.HASHER = before
    passwords.decoy_hash.cache_clear()


@pytest.fixture(scope="module")
def providers():
    """The agencies' own sign-ins; none unless a module has some."""
    return ()


@pytest.fixture(scope="module")
def town(module_database, module_database_urls, providers):
    """The application on a tree of owners, in which managers need no second factor unless a test asks for it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CASM_SECOND_FACTOR_ROLES", "none")
    post = Post(MailSettings(None, "casm@localhost", ADDRESS))
    with module_database.session(Viewer.local_administrator()) as session:
        tennessee = Owner(kind="state", code="us.tn", name="Tennessee", parent_id=NATION_OWNER_ID)
        kentucky = Owner(kind="state", code="us.ky", name="Kentucky", parent_id=NATION_OWNER_ID)
        session.add_all([tennessee, kentucky])
        session.flush()
        campbell = Owner(kind="county", code="us.tn.campbell", name="Campbell County", parent_id=tennessee.id)
        session.add(campbell)
        session.flush()
        ids = tennessee.id, campbell.id, kentucky.id
    config = WebConfig(module_database, trusted_hosts=("localhost",), mailer=post, providers=providers)
    yield Town(create_app(config), module_database, module_database_urls, post, *ids)
    patch.undo()


def text_of(page: str) -> str:
    """A page's words without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
