"""Pages kept in memory: never another's, never older than the last change, and told to the audit each time."""

import re
import uuid
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repeats import repeats
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.pool import NullPool

from casm.accounts.account import Account, viewer_of
from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.db.tables import Owner, Site
from casm.sharing.members import end_membership, give_membership
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer
from web import create_app, kept_pages, map_pages, table_page
from web.config import WebConfig

HERE = Viewer.local_administrator()
PAGES = ("/", "/table")
CLICK = "/api/explain?lat=36.35&lon=-84.38"
OWN_TO_AN_ANSWER = re.compile(
    r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|[a-z_]+_[0-9a-f]{32}'
    r"|\d{4}-\d\d-\d\d \d\d:\d\d UTC"
)


class Person:
    """Somebody signed in, with the membership that lets them in."""

    def __init__(self, database, name: str, owner_id: uuid.UUID, role: str, fields=("public",)) -> None:
        self.database, self.owner_id, self.role, self.fields = database, owner_id, role, fields
        with database.gate_session(HERE) as gate:
            self.account = Account(
                email=f"{name.lower()}.{uuid.uuid4().hex[:8]}@agency.example", name=name, state="active",
                home_owner_id=owner_id, approved_at=func.now(),
            )  # fmt: skip
            gate.add(self.account)
        with database.gate_session(viewer_of(self.account)) as gate:
            self.token, _session = begin_session(
                gate, self.account, stage="open", method="password", origin=Origin()
            )
        self.membership_id = None
        self.let_in()

    def let_in(self) -> None:
        with self.database.session(HERE) as session:
            self.membership_id = give_membership(
                session, self.owner_id, self.account.id, self.role, self.fields
            ).id

    def shut_out(self) -> None:
        with self.database.session(HERE) as session:
            end_membership(session, self.membership_id)

    def get(self, app, path: str):
        return app.test_client(use_cookies=False).get(path, headers={"Cookie": f"casm={self.token}"})


def content(answer) -> str:
    """What an answer says, without what belongs to it alone."""
    assert answer.status_code == 200
    return OWN_TO_AN_ANSWER.sub("", answer.text)


@pytest.fixture
def app(module_database, ids):
    """An application that has kept nothing yet."""
    return create_app(WebConfig(module_database))


@pytest.fixture(scope="module")
def scott(module_database, ids):
    """Another county, with a site."""
    with module_database.session(HERE) as session:
        owner = Owner(code="us.tn.scott", kind="county", name="Scott County", parent_id=ids.state_owner)
        session.add(owner)
        session.flush()
        session.add(Site(owner_id=owner.id, name="Scott Tower", position="SRID=4326;POINT(-84.35 36.3)"))
        return owner.id


@pytest.fixture
def made(monkeypatch):
    """How often each page was made."""
    times = {"/": 0, "/table": 0}
    for module, name, path in ((map_pages, "make_map_page", "/"), (table_page, "make_table_page", "/table")):
        inner = getattr(module, name)

        def counted(navigation, *, inner=inner, path=path):
            times[path] += 1
            return inner(navigation)

        monkeypatch.setattr(module, name, counted)
    return times


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_made_once_and_each_answer_has_its_own_nonce_and_navigation(app, module_database, ids, made, path):
    ann, ben = (Person(module_database, name, ids.county_owner, "agency_reader") for name in ("Ann", "Ben"))
    first, again, other = ann.get(app, path), ann.get(app, path), ben.get(app, path)
    assert made[path] == 1
    assert content(first) == content(again) == content(other).replace("Ben", "Ann")
    assert "Ann" in again.text
    assert "Ann" not in other.text
    policies = [answer.headers["Content-Security-Policy"] for answer in (first, again, other)]
    if path == "/":
        assert len(set(policies)) == 3
        for answer in (first, again, other):
            nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
            assert set(re.findall(r'nonce="([^"]*)"', answer.text)) == {nonce}
    assert first.headers["CASM-Marking"] == other.headers["CASM-Marking"]
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in (first, again, other))


def test_who_may_see_other_things_gets_a_page_of_their_own(app, module_database, ids, scott, made):
    ann = Person(module_database, "Ann", ids.county_owner, "agency_reader")
    sam = Person(module_database, "Sam", scott, "agency_reader")
    assert "Scott Tower" not in ann.get(app, "/table").text
    assert "Scott Tower" in sam.get(app, "/table").text
    assert "Ridge" not in sam.get(app, "/table").text
    assert "Scott Tower" not in ann.get(app, "/table").text
    assert made["/table"] == 2


def test_a_change_and_a_revoke_hold_from_the_next_answer(app, module_database, scott, made):
    sam = Person(module_database, "Sam", scott, "agency_reader")
    assert "Old Fire Tower" not in sam.get(app, "/table").text
    with module_database.session(HERE) as session:
        session.add(Site(owner_id=scott, name="Old Fire Tower", position="SRID=4326;POINT(-84.36 36.31)"))
    assert "Old Fire Tower" in sam.get(app, "/table").text
    sam.shut_out()
    for path in PAGES:
        assert "Old Fire Tower" not in sam.get(app, path).text
    sam.let_in()
    assert "Old Fire Tower" in sam.get(app, "/table").text
    with module_database.gate_session(HERE) as gate:
        gate.get(Account, sam.account.id).state = "deactivated"
        gate.get(Account, sam.account.id).deactivated_at = func.now()
    assert sam.get(app, "/table").status_code == 303


def test_a_page_during_whose_making_something_changed_is_not_kept(app, module_database, scott, monkeypatch):
    sam = Person(module_database, "Sam", scott, "agency_reader")
    inner, changes = table_page.make_table_page, iter(("Changed Within",))

    def changed_within(navigation):
        page = inner(navigation)
        for name in changes:
            with module_database.session(HERE) as session:
                session.add(Site(owner_id=scott, name=name, position="SRID=4326;POINT(-84.37 36.32)"))
        return page

    monkeypatch.setattr(table_page, "make_table_page", changed_within)
    assert "Changed Within" not in sam.get(app, "/table").text
    assert "Changed Within" in sam.get(app, "/table").text


@pytest.fixture
def administrator(module_database_urls):
    """The database's administrator, whom no wall binds."""
    engine = create_engine(module_database_urls.migrator, poolclass=NullPool)
    yield engine
    engine.dispose()


def views_of(administrator, person) -> list[tuple[str, dict]]:
    """What each recorded view of a person's is called, and what was seen, oldest first."""
    with administrator.connect() as connection:
        found = connection.execute(
            text("SELECT details, seen FROM casm.audit_event WHERE account_id = :id AND action = 'saw' ORDER BY at"),
            {"id": person.account.id},
        )
        return [(row.details["what"], row.seen) for row in found]


@pytest.mark.parametrize("path", [*PAGES, CLICK])
def test_the_audit_hears_of_every_look_with_all_that_was_seen(app, module_database, ids, administrator, path):
    # Answers are shown to whoever sees all that went into them.
    ann, ben = (Person(module_database, name, NATION_OWNER_ID, "agency_reader", FIELD_CLASSES) for name in ("A", "B"))
    for _ in range(3):
        assert ann.get(app, path).status_code == 200
    assert ben.get(app, path).status_code == 200
    # The first look makes the page, the next ones record theirs in the question for the state, another reader's apart.
    told = views_of(administrator, ann) + views_of(administrator, ben)
    assert len(told) == 4
    assert all(view == told[0] for view in told)
    assert told[0][1][str(ids.county_owner)]["coverage" if path == CLICK else "site"] >= 1


def test_a_look_after_a_change_tells_what_is_seen_now(app, module_database, scott, administrator):
    sam = Person(module_database, "Sam", scott, "agency_reader")
    for number in range(3):
        sam.get(app, "/table")
        sam.get(app, "/table")
        with module_database.session(HERE) as session:
            session.add(Site(owner_id=scott, name=f"More {number}", position="SRID=4326;POINT(-84.35 36.3)"))
    seen = [view[1][str(scott)]["site"] for view in views_of(administrator, sam)]
    assert seen == [seen[0], seen[0], seen[0] + 1, seen[0] + 1, seen[0] + 2, seen[0] + 2]


@pytest.mark.parametrize("path", [*PAGES, CLICK])
def test_a_kept_answer_whose_event_cannot_be_written_is_kept_back(app, module_database, ids, administrator, path):
    ann = Person(module_database, "Ann", ids.county_owner, "agency_reader")
    assert {ann.get(app, path).status_code for _ in range(2)} == {200}
    with administrator.begin() as connection:
        connection.execute(text("REVOKE EXECUTE ON FUNCTION casm_sec.append_audit(jsonb) FROM casm_app"))
    try:
        refused = ann.get(app, path)
    finally:
        with administrator.begin() as connection:
            connection.execute(text("GRANT EXECUTE ON FUNCTION casm_sec.append_audit(jsonb) TO casm_app"))
    assert refused.status_code >= 500
    assert "Ridge" not in refused.text
    assert ann.get(app, path).status_code == 200


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "N1", "N2", "nav", " "]), max_size=12))
def test_a_page_is_put_together_as_it_was_cut(parts):
    text = "".join(parts)
    pieces, between = kept_pages.split(text, {"N1": "nonce", "N2": "navigation"})
    page = kept_pages.KeptPage(tuple(piece.encode() for piece in pieces), between, None)
    assert page.filled("N1", "N2").decode() == text
    assert page.filled("", "").decode() == text.replace("N1", "").replace("N2", "")


STEPS = st.lists(
    st.tuples(st.sampled_from(["look", "add", "retire", "out", "in"]), st.integers(0, 2), st.sampled_from(PAGES)),
    min_size=3, max_size=6,
)  # fmt: skip
EXAMPLES = repeats(100, quick=2)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_a_kept_page_is_as_one_made_anew(module_database, ids, scott, steps):
    """One application keeps pages through everything; another forgets them before each look."""
    keeps, forgets = (create_app(WebConfig(module_database)) for _ in range(2))
    people = [
        Person(module_database, "Reader", ids.county_owner, "agency_reader"),
        Person(module_database, "Reader", scott, "agency_reader"),
        Person(module_database, "Reader", NATION_OWNER_ID, "agency_reader", FIELD_CLASSES),
    ]
    inside = dict.fromkeys(range(3), True)
    for step, number, path in steps:
        person = people[number]
        if step == "add":
            with module_database.session(HERE) as session:
                session.add(
                    Site(owner_id=scott, name=f"S {uuid.uuid4().hex[:6]}", position="SRID=4326;POINT(-84.35 36.3)")
                )
        elif step == "retire":
            with module_database.session(HERE) as session:
                found = session.scalars(select(Site).where(Site.owner_id == scott, Site.status != "retired")).first()
                if found is not None:
                    found.status, found.retired_at = "retired", datetime.now(UTC)
        elif step in ("out", "in") and inside[number] is (step == "out"):
            person.shut_out() if step == "out" else person.let_in()
            inside[number] = step == "in"
        for one, asked in product((person, people[number - 1]), (path, CLICK)):
            kept_pages.keep_pages(forgets)
            assert content(one.get(keeps, asked)) == content(one.get(forgets, asked))
