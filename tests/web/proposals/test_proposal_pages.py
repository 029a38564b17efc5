"""Proposing, deciding and being told, through the pages and the API, as people and programs do."""

import re

import pytest

from casm.editing.change_record import change_record
from casm.editing.read_record import read_record


def field_values(page: str, **changed) -> dict[str, str]:
    """The form of a record as a browser sends it."""
    found = dict(re.findall(r'<input[^>]*name="(field-[^"]+|version)"[^>]*value="([^"]*)"', page))
    return {**found, **{f"field-{name}": text for name, text in changed.items()}}


def version_of(world) -> int:
    with world.database.session(world.admin) as session:
        return read_record(session, "site", world.site).version


def proposed(world, editor, **changed) -> str:
    """Propose a change on the form; the address of the proposal."""
    edit = f"/records/site/{world.site}/edit"
    answer = editor.post(edit, {**field_values(editor.text(edit), **changed), "reason": "a reason"}, page=edit)
    assert answer.headers["Location"].startswith("/proposals/")
    return answer.headers["Location"]


def test_a_change_goes_from_an_editors_form_to_a_managers_approval(world, browser):
    editor, manager = browser(world.ed), browser(world.mia)
    record = f"/records/site/{world.site}"
    assert "Propose a change" in editor.text(record)
    assert "This becomes a proposal" in editor.text(f"{record}/edit")
    version = version_of(world)
    # What cannot be taken is said beside its field, and nothing is proposed.
    bad = editor.send(f"{record}/edit", field_values(editor.text(f"{record}/edit"), latitude="north"), f"{record}/edit")
    assert bad.status_code == 422
    assert "aria-invalid" in bad.text
    address = proposed(world, editor, address="2 Ridge")
    assert version_of(world) == version
    shown = editor.text(address)
    assert "2 Ridge" in shown
    assert "Withdraw" in shown
    assert "Approve" not in shown
    assert re.search(r'class="unread">1<', manager.text("/records"))
    told = manager.text("/notices")
    assert "ed@example.gov proposes a change that waits for you: Tower" in told
    assert address in told
    manager.post(f"{address}/apply", {"version": str(version)}, page=address)
    assert version_of(world) == version + 1
    history = manager.text(record)
    assert "proposed by ed@example.gov, approved by mia@example.gov" in history
    assert "mia@example.gov approved what you proposed" in editor.text("/notices")
    editor.post("/notices/read", {"every": "yes"}, page="/notices")
    assert 'class="unread"' not in editor.text("/records")


def test_a_conflict_shows_three_states_and_changes_nothing(world, browser):
    editor, manager = browser(world.ed), browser(world.mia)
    address = proposed(world, editor, address="4 Ridge")
    version = version_of(world)
    with world.database.session(world.mia) as session:
        change_record(session, "site", world.site, version, {"address": "5 Ridge"})
    answer = manager.send(f"{address}/apply", {"version": str(version)}, address)
    assert answer.status_code == 409
    for text in ("4 Ridge", "5 Ridge", f"on top of version {version + 1}"):
        assert text in answer.text
    assert version_of(world) == version + 1
    assert manager.send(f"{address}/apply", {}, address).status_code == 400
    manager.post(f"{address}/apply", {"version": str(version + 1)}, page=address)
    assert version_of(world) == version + 2


def test_a_proposal_is_declined_or_withdrawn_on_its_page(world, browser):
    editor, manager = browser(world.ed), browser(world.mia)
    one, other = (proposed(world, editor, address=text) for text in ("8 Ridge", "9 Ridge"))
    assert manager.send(f"{one}/decline", {"word": " "}, one).status_code == 409
    manager.post(f"{one}/decline", {"word": "not <b>now</b>"}, page=one)
    assert "not &lt;b&gt;now&lt;/b&gt;" in editor.text(one)
    # It is decided already.
    assert editor.send(f"{one}/withdraw", {}, one).status_code == 409
    editor.post(f"{other}/withdraw", page=other)
    assert "Declined (" in editor.text("/proposals?state=withdrawn")


def test_a_proposal_looks_missing_to_who_may_not_see_it(world, browser):
    address = proposed(world, browser(world.ed), address="6 Ridge")
    missing = address[:-4] + "0000"
    for viewer, status in ((world.zoe, 404), (world.ray, 403), (world.pam, 403)):
        stranger = browser(viewer)
        told = {stranger.get(one, status).text.replace(one, "…") for one in (address, missing)}
        assert len({re.sub(r"[0-9a-f]{32}|nonce-?[^ ]+|value=\"[^\"]+\"", "…", one) for one in told}) == 1
        assert stranger.get(f"/api{address}", status)


def test_a_manager_switches_proposing_on_and_off(world, browser):
    manager = browser(world.zoe)
    manager.post("/proposals/rules", {"owner": str(world.two), "asset_class": "agency"}, page="/proposals/rules")
    page = manager.text("/proposals/rules")
    end = re.search(r'action="(/proposals/rules/[0-9a-f-]+/end)"', page)[1]
    assert "us.st.two and below" in page
    assert "us.st.one" not in page
    manager.post(end, page="/proposals/rules")
    assert "Nowhere" in manager.text("/proposals/rules")
    manager.post("/proposals/rules", {"owner": str(world.one), "asset_class": ""}, page="/proposals/rules")
    assert "You do not manage" in manager.text("/proposals/rules")
    assert browser(world.ed).get("/proposals/rules", 403)


@pytest.fixture
def api(world, browser):
    """Send JSON as somebody."""

    def sent(viewer, method, address, told=None, **headers):
        browsing = browser(viewer)
        token = re.search(r'name="csrf_token" value="([^"]+)"', browsing.text("/records"))[1]
        return browsing.client.open(address, method=method, json=told, headers={"X-CSRFToken": token, **headers})

    return sent


def test_programs_propose_and_decide_as_people_do(world, api):
    record = f"/api/records/site/{world.site}"
    version = version_of(world)
    assert api(world.ed, "PATCH", record, {"fields": {"address": "7 Ridge"}}).status_code == 428
    answer = api(world.ed, "PATCH", record, {"fields": {"address": "7 Ridge"}, "reason": "why"},
                 **{"If-Match": f'"{version}"'})  # fmt: skip
    assert answer.status_code == 202
    made = answer.headers["Location"]
    assert answer.json["state"] == "waiting"
    assert answer.json["fields"][0]["after"] == "7 Ridge"
    assert version_of(world) == version
    assert made.rsplit("/", 1)[1] in {one["id"] for one in api(world.mia, "GET", "/api/proposals").json["proposals"]}
    assert api(world.mia, "POST", f"{made}/apply").status_code == 428
    assert api(world.mia, "POST", f"{made}/apply", **{"If-Match": '"999"'}).status_code == 412
    assert api(world.ed, "POST", f"{made}/apply", **{"If-Match": f'"{version}"'}).status_code == 403
    assert api(world.mia, "POST", f"{made}/apply", **{"If-Match": f'"{version}"'}).status_code == 200
    assert version_of(world) == version + 1
    new = api(world.ed, "POST", "/api/records/agency", {"owner": "us.st.one", "fields": {"name": "Fire"}})
    assert new.status_code == 202
    assert api(world.mia, "POST", f"{new.headers['Location']}/decline", {"word": "twice"}).json["state"] == "declined"
    gone = api(world.ed, "DELETE", record, **{"If-Match": f'"{version + 1}"'})
    assert gone.status_code == 202
    assert api(world.ed, "POST", f"{gone.headers['Location']}/withdraw").json["state"] == "withdrawn"
    assert api(world.mia, "GET", "/api/proposals?state=none").status_code == 400
