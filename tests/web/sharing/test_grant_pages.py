"""The pages of grants: filled in as a person would, seen by the other side, revoked."""

import re
from datetime import UTC, datetime, timedelta

import pytest

TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"


@pytest.fixture
def fields(world):
    """What Ann fills in to show Campbell County's sites and stations to Scott County."""
    return {
        "owner": str(world.campbell), "layer": ["site", "station"], "where": "everywhere", "precision": "0",
        "to": "owner", "recipient_owner": "us.tn.scott", "until": TOMORROW, "note": "Mutual aid 2026",
    }  # fmt: skip


def newest_grant(page: str) -> str:
    """The address of the first revoke button."""
    return page.split('action="/sharing/grants/')[1].partition('"')[0]


def test_a_grant_is_given_seen_and_revoked(browser_of, fields):
    ann, ray = browser_of("ann"), browser_of("ray")
    assert "Ridge" not in ray.text("/table")
    ann.post("/sharing/give", fields, page="/sharing/give")
    shared = ann.text("/sharing")
    assert "Shared with Scott County." in shared
    assert "Towers and other sites, stations at the sites" in shared
    assert "Ridge" in ray.text("/table")
    received = ray.text("/sharing")
    assert "Campbell County" in received
    assert "Mutual aid 2026" in received
    assert "shown to Scott County" in ray.text("/sharing/from-others")
    ann.post(f"/sharing/grants/{newest_grant(shared)}")
    assert "Ridge" not in ray.text("/table")
    assert "Nobody shares anything with you." in ray.text("/sharing")


def test_who_can_see_it_names_everyone_and_why(browser_of, world, fields):
    ann = browser_of("ann")
    ann.post("/sharing/give", fields, page="/sharing/give")
    page = ann.text(f"/sharing/who/site/{world.ridge}")
    assert "Ann has the role Administrative manager at Campbell County." in page
    assert "Swic has the role Administrative manager at Tennessee." in page
    assert "Campbell County shows it to Scott County (everywhere)." in page
    assert "Bob has the role" not in page
    ann.post(f"/sharing/grants/{newest_grant(ann.text('/sharing'))}")
    assert "shows it to" not in ann.text(f"/sharing/who/site/{world.ridge}")


def test_only_those_who_answer_for_a_record_learn_who_sees_it(browser_of, world):
    eve = browser_of("eve")
    assert "Scott County" in eve.text(f"/sharing/who/site/{world.scott_tower}")
    # The token of the sign-out form is signed with the second it was made in.
    token = re.compile(r'name="csrf_token" value="[^"]+"')
    missing = token.sub("", eve.get("/sharing/who/site/00000000-0000-4000-8000-00000000beef", 404).text)
    for address in (f"site/{world.ridge}", f"nothing/{world.scott_tower}", f"station/{world.scott_tower}"):
        assert token.sub("", eve.get(f"/sharing/who/{address}", 404).text) == missing
    browser_of("ray").get(f"/sharing/who/site/{world.scott_tower}", 403)


@pytest.mark.parametrize("who", [None, "eve", "ray"])
def test_only_managers_share(browser_of, who):
    browser = browser_of(who)
    for address in ("/sharing/give", "/sharing/links/new", "/sharing/outlines"):
        assert browser.client.get(address).status_code == (303 if who is None else 403)


def test_a_foreign_grant_cannot_be_revoked_and_reads_like_a_missing_one(browser_of, fields):
    ann, bob = browser_of("ann"), browser_of("bob")
    ann.post("/sharing/give", fields, page="/sharing/give")
    grant = newest_grant(ann.text("/sharing"))
    said = []
    for address in (grant, "00000000-0000-4000-8000-00000000beef/revoke"):
        bob.post(f"/sharing/grants/{address}", page="/sharing/give")
        said.append(bob.text("/sharing").partition(' notice-wrong"')[2].partition("</div>")[0])
    assert said[0] == said[1] != ""
    assert "Ridge" in bob.text("/table")
    ann.post(f"/sharing/grants/{grant}")


def test_a_person_is_shared_with_by_address_whoever_it_is(browser_of, fields):
    ann, pat = browser_of("ann"), browser_of("pat")
    answers = []
    for address in ("pat@elsewhere.example", "nobody@elsewhere.example"):
        ann.post("/sharing/give", fields | {"to": "person", "recipient_email": address}, page="/sharing/give")
        answers.append(ann.text("/sharing").partition("Shared with")[2].partition("</p>")[0].replace(address, "X"))
    assert answers[0] == answers[1]
    assert "Ridge" in pat.text("/table")
    for _both in range(2):
        ann.post(f"/sharing/grants/{newest_grant(ann.text('/sharing'))}")
    assert "Ridge" not in pat.text("/table")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"recipient_owner": "us.tn.scott.quiet"}, "The list has no jurisdiction or agency"),
        ({"recipient_owner": "us.tn.campbell"}, "sees its own records anyway"),
        ({"to": "person", "recipient_email": "nobody"}, "is no e-mail address"),
        ({"until": ""}, "No end is given"),
        ({"detail": ["secret"]}, "There is no kind of details"),
    ],
)
def test_what_cannot_be_given_is_said_with_its_mend(browser_of, fields, changed, words):
    answer = browser_of("ann").post("/sharing/give", fields | changed, page="/sharing/give", status=400)
    assert words in answer.get_data(as_text=True)


def test_a_form_without_its_token_changes_nothing(browser_of, fields):
    ann = browser_of("ann")
    before = ann.text("/sharing").count("in force")
    assert ann.client.post("/sharing/give", data=fields).status_code == 400
    assert ann.text("/sharing").count("in force") == before
