"""Share links as their holders meet them: secret swapped for a cookie, password, just what was shared, and the end."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.pool import NullPool

SECRET = re.compile(r"http://localhost/s/([\w-]{43})<")
UNKNOWN = "x" * 43
TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"


@pytest.fixture
def make(browser_of, world):
    """Make a link as Ann does and return its secret and id."""
    ann = browser_of("ann")

    def made(title: str, **fields) -> tuple[str, str]:
        form = {
            "owner": str(world.campbell), "layer": ["site", "station"], "until": TOMORROW, "title": title, **fields,
        }  # fmt: skip
        page = ann.post("/sharing/links/new", form, page="/sharing/links/new", status=201).get_data(as_text=True)
        with world.database.gate_session(gate_viewer()) as gate:
            link_id = gate.scalar(text("SELECT id FROM casm.share_link WHERE title = :title"), {"title": title})
        return SECRET.search(page)[1], str(link_id)

    return made


def gate_viewer():
    """Whom the gate works as."""
    from casm.accounts.origin import gatekeeper

    return gatekeeper()


@pytest.fixture
def as_administrator(module_database_urls):
    """Run a statement as the database's administrator."""
    from sqlalchemy import create_engine

    engine = create_engine(module_database_urls.migrator, poolclass=NullPool)

    def run(statement: str, **values) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement), values)

    return run


def test_the_secret_is_swapped_for_a_cookie_and_the_map_shows_just_what_was_shared(browser_of, make, world):
    secret, link_id = make("Fire chiefs")
    holder = browser_of(None)
    arrived = holder.get(f"/s/{secret}", 303)
    assert arrived.headers["Location"] == f"/shared/{link_id}"
    cookie = arrived.headers["Set-Cookie"]
    assert secret not in cookie
    assert "HttpOnly" in cookie
    assert f"Path=/shared/{link_id}" in cookie
    page = holder.get(f"/shared/{link_id}")
    shown = page.get_data(as_text=True)
    assert "Ridge" in shown
    assert "Scott Tower" not in shown
    assert "Campbell County Sheriff" not in shown
    assert "Shared by Campbell County · Fire chiefs · until" in shown
    assert page.headers["CASM-Marking"] in shown.replace("&#39;", "'")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert secret not in shown
    tables = holder.text(f"/shared/{link_id}/table")
    assert "Ridge" in tables
    assert "Scott Tower" not in tables
    assert holder.get(f"/shared/{link_id}/explain?lat=36.3&lon=-84.3").json["pairs"] == []
    assert f'"explainAddress": "/shared/{link_id}/explain"' in shown


def test_a_link_opens_nothing_else(browser_of, make, world):
    secret, _link_id = make("Only the map")
    holder = browser_of(None)
    holder.get(f"/s/{secret}", 303)
    for address in ("/", "/table", "/sharing", f"/records/site/{world.ridge}", "/api/explain?lat=36.3&lon=-84.3"):
        assert holder.client.get(address).status_code in (303, 401), address
    other_secret, other_id = make("Another")
    assert other_secret != secret
    holder.get(f"/shared/{other_id}", 404)


def test_who_is_signed_in_sees_by_a_link_no_more_than_its_holders(browser_of, make):
    secret, link_id = make("For Bob too")
    bob = browser_of("bob")
    bob.get(f"/s/{secret}", 303)
    assert "Scott Tower" not in bob.text(f"/shared/{link_id}/table")
    assert "Scott Tower" in bob.text("/table")


def test_closed_and_unknown_links_answer_alike(browser_of, make, as_administrator):
    holder = browser_of(None)
    unknown = holder.get(f"/s/{UNKNOWN}", 404).data
    revoked, revoked_id = make("To be revoked")
    expired, expired_id = make("To expire")
    for secret in (revoked, expired):
        holder.get(f"/s/{secret}", 303)
    ann = browser_of("ann")
    ann.post(f"/sharing/links/{revoked_id}/revoke")
    as_administrator("UPDATE casm.share_link SET expires_at = now() WHERE id = :id", id=expired_id)
    nowhere = holder.get("/shared/00000000-0000-4000-8000-00000000beef", 404).data
    assert nowhere == unknown
    for secret, link_id in ((revoked, revoked_id), (expired, expired_id)):
        assert holder.get(f"/s/{secret}", 404).data == unknown
        for part in ("", "/table", "/explain?lat=36&lon=-84", "/relief.png", f"/overlays/{link_id}/levels"):
            assert holder.get(f"/shared/{link_id}{part}", 404).data == unknown, part
    assert browser_of(None).get(f"/shared/{revoked_id}", 404).data == unknown


def test_a_password_is_asked_for_and_another_one_shuts_open_maps(browser_of, make):
    secret, link_id = make("With password", password="correct horse")
    holder, ann = browser_of(None), browser_of("ann")
    holder.get(f"/shared/{link_id}", 404)
    holder.get(f"/s/{secret}", 303)
    asked = holder.text(f"/shared/{link_id}")
    assert "shared with a password" in asked
    assert "Ridge" not in asked
    assert "With password" not in asked
    holder.get(f"/shared/{link_id}/table", 404)
    wrong = holder.post(f"/shared/{link_id}", {"password": "wrong horse"}, page=f"/shared/{link_id}", status=403)
    assert "not the password" in wrong.get_data(as_text=True)
    holder.post(f"/shared/{link_id}", {"password": "correct horse"}, page=f"/shared/{link_id}")
    assert "Ridge" in holder.text(f"/shared/{link_id}/table")
    page = f"/sharing/links/{link_id}/password"
    ann.post(page, {"password": "short"}, page=page, status=400)
    ann.post(page, {"password": "battery staple"}, page=page)
    holder.get(f"/shared/{link_id}/table", 404)
    assert "shared with a password" in holder.text(f"/shared/{link_id}")
    ann.post(page, {"remove": "yes", "password": ""}, page=page)
    assert "Ridge" in holder.text(f"/shared/{link_id}/table")


def test_guessing_a_password_is_slowed_down(browser_of, make):
    secret, link_id = make("To be guessed", password="correct horse")
    holder = browser_of(None)
    holder.get(f"/s/{secret}", 303)
    page = f"/shared/{link_id}"
    # Wrong guesses of other tests came from this address as well, and count.
    answers = [holder.send(page, {"password": "a guess"}, page) for _guess in range(11)]
    wrong = [answer.status_code for answer in answers].index(429)
    assert 5 <= wrong <= 10
    assert {answer.status_code for answer in answers[:wrong]} == {403}
    slowed = holder.post(page, {"password": "correct horse"}, page=page, status=429)
    assert int(slowed.headers["Retry-After"]) > 0


def test_looks_are_counted_and_audited(browser_of, make, world):
    secret, link_id = make("To be counted")
    holder = browser_of(None)
    holder.get(f"/s/{secret}", 303)
    for _look in range(3):
        holder.get(f"/shared/{link_id}")
    holder.get(f"/shared/{link_id}/table")
    listed = browser_of("ann").text("/sharing")
    assert "3 times, last" in listed.partition("To be counted")[2].partition("</tr>")[0]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": f"{datetime.now(UTC) + timedelta(days=182):%Y-%m-%d}"}, "more than 180 days off"),
        ({"until": "soon"}, "The last day is not understood"),
        ({"layer": []}, "No layer is chosen"),
        ({"title": " "}, "needs a title"),
        ({"password": "short"}, "has 5 characters"),
        ({"where": "drawn", "corners": "-84 36"}, "at least three corners"),
        ({"where": "county", "county": "99999"}, "There is no county"),
        ({"precision": "1000", "layer": ["site", "channel"]}, "lie at no single place"),
        ({"owner": "nobody"}, "whose records are shared"),
    ],
)
def test_what_cannot_be_is_said_with_the_form_still_filled_in(browser_of, world, fields, words):
    form = {"owner": str(world.campbell), "layer": ["site", "gateway"], "until": TOMORROW, "title": "Kept", **fields}
    answer = browser_of("ann").post("/sharing/links/new", form, page="/sharing/links/new", status=400)
    page = answer.get_data(as_text=True)
    assert words in page
    assert ('value="Kept"' in page) == (form["title"] == "Kept")
    assert ('value="gateway" checked' in page) == ("gateway" in form["layer"])


def test_the_longest_time_can_be_chosen(make):
    make("Long", until=f"{datetime.now(UTC) + timedelta(days=180):%Y-%m-%d}")


def test_a_county_or_an_area_limits_what_is_shown(browser_of, make):
    for number, (fields, shown) in enumerate(
        (
            ({"where": "county", "county": "47013"}, {"Ridge", "Valley"}),
            ({"where": "drawn", "corners": "-84.30 36.20\n-84.20 36.20\n-84.20 36.40\n-84.30 36.40"}, {"Knob"}),
        )
    ):
        secret, link_id = make(f"Limited {number}", **fields)
        holder = browser_of(None)
        holder.get(f"/s/{secret}", 303)
        page = holder.text(f"/shared/{link_id}/table")
        assert {name for name in ("Ridge", "Valley", "Knob") if name in page} == shown


def test_less_exact_places_are_squares_without_names(browser_of, make):
    secret, link_id = make("Rough", precision="10000")
    holder = browser_of(None)
    holder.get(f"/s/{secret}", 303)
    for part in ("", "/table"):
        page = holder.text(f"/shared/{link_id}{part}")
        assert not {name for name in ("Ridge", "Valley", "Knob") if re.search(rf'[">]{name}["<]', page)}
        assert "Places shared only approximately" in page
        assert re.search(r"\d sites?, \d stations?", page)
