"""Findings on pages and for programs: listed, mended from a stated version, called no fault, merged and undone."""

import re
import uuid

import pytest
from borrowed import borrow

from casm.editing.change_record import change_record
from casm.editing.read_record import read_record
from web import create_app
from web.config import WebConfig


@pytest.fixture(scope="module")
def world(module_database):
    return borrow("casm/quality/conftest.py").make_world(module_database)


@pytest.fixture(scope="module")
def open_as(world):
    kept = {}

    def opened(viewer):
        if viewer.actor not in kept:
            app = create_app(WebConfig(world.database, viewer, trusted_hosts=("localhost",)))
            kept[viewer.actor] = app.test_client()
        return kept[viewer.actor]

    return opened


@pytest.fixture
def editor(open_as, world):
    return open_as(world.editor_one)


def token(client) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/records/site/new").text)[1]


def post(client, address, **form):
    return client.post(address, data={"csrf_token": token(client), **form})


def listed(client, **wanted):
    return client.get("/api/quality/findings", query_string=wanted).json


def one_of(client, world, name, rule):
    (found,) = (one for one in listed(client, rule=rule)["findings"] if one["id"] == str(world.ids[name]))
    return found


def test_the_page_tells_reason_figures_source_and_mend(editor, world):
    page = editor.get("/quality?rule=sides").text
    assert "RX and TX are written from the station&#39;s side: this is VTAC36" in page
    assert "159.4725 MHz" in page
    assert "47 CFR 90.20(c)(3)" in page
    assert "Change RX and TX over, with their squelch" in page
    assert "1 finding</h3>" in page
    assert editor.get("/quality?class=site&severity=error").text.count('class="finding"') == 1
    assert editor.get("/quality?owner=us.tn.one&rule=county").status_code == 200
    for wrong in ("rule=x", "class=x", "severity=x", "state=x", "owner=us.zz"):
        assert editor.get(f"/quality?{wrong}").status_code == 404


def test_nothing_is_told_of_what_is_not_seen(open_as, world):
    client = open_as(world.editor_two)
    assert {one["owner"] for one in listed(client)["findings"]} <= {"County two"}
    hidden = client.get("/quality").text
    assert "VTAC36" not in hidden
    assert client.get("/quality?owner=us.tn.one").status_code == 404
    here = f"/quality/channel/{world.ids['VTAC36']}"
    missing = f"/quality/channel/{uuid.uuid4()}"
    form = {"rule": "sides", "about": "sides", "version": "1", "because": "x"}
    for act in ("mend", "no-fault"):
        answers = [post(client, f"{address}/{act}", **form) for address in (here, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert listed(open_as(world.clerk_one), rule="expiry", **{"class": "site_sensitive"})["total"] == 0


def test_a_click_mends_and_the_history_can_put_it_back(editor, world):
    found = one_of(editor, world, "VTAC36", "sides")
    here = f"/quality/channel/{found['id']}/mend"
    form = {"rule": "sides", "about": "sides", "number": "0"}
    assert post(editor, here, **form).status_code == 400
    answer = post(editor, here, **form, version=found["version"], **{"list-rule": "sides"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/quality?rule=sides")
    assert "Mended, as version 2" in editor.get(answer.headers["Location"]).text
    with world.database.session(world.editor_one) as session:
        record = read_record(session, "channel", world.ids["VTAC36"])
    assert (record.texts["rx_freq_hz"], record.texts["tx_freq_hz"]) == ("151.1375 MHz", "159.4725 MHz")
    assert (record.texts["rx_squelch"], record.texts["tx_squelch"]) == ("156.7", "136.5")
    assert listed(editor, rule="sides")["total"] == 0
    # From the version that the finding was computed from, and no other.
    answer = post(editor, here, **form, version=1)
    assert "Ed One changed this record meanwhile" in editor.get(answer.headers["Location"]).text
    answer = post(editor, here, **form, version=2)
    assert "not there any more" in editor.get(answer.headers["Location"]).text
    back = post(editor, f"/records/channel/{found['id']}/put-back/1", version=2)
    assert back.status_code == 303
    assert one_of(editor, world, "VTAC36", "sides")["version"] == 3


def test_a_program_mends_with_if_match_only(editor, world):
    found = one_of(editor, world, "Wrong County", "county")
    here, asked = f"/api/quality/site/{found['id']}/mend", {"rule": "county", "about": "outside"}
    header = {"X-CSRFToken": token(editor)}
    assert editor.post(here, json=asked, headers=header).status_code == 428
    assert editor.post(here, json=asked, headers={**header, "If-Match": '"7"'}).status_code == 412
    wrong = {**asked, "number": 4}
    assert editor.post(here, json=wrong, headers={**header, "If-Match": '"1"'}).status_code == 409
    done = editor.post(here, json=asked, headers={**header, "If-Match": '"1"'})
    assert (done.status_code, done.json["changed"]) == (200, ["county_fips"])
    assert editor.get(f"/api/records/site/{found['id']}").json["values"]["county_fips"] == "47001"


def test_what_is_called_no_fault_is_open_again_when_the_record_changes(editor, world):
    found = one_of(editor, world, "OLD WIDE", "narrowband")
    here = f"/quality/channel/{found['id']}/no-fault"
    form = {"rule": "narrowband", "about": "20K0F3E", "version": found["version"]}
    refused = post(editor, here, **form, because="  ")
    assert "1 to 500 characters" in editor.get(refused.headers["Location"]).text
    assert post(editor, here, **form, because="FCC waiver <b>DA 12-642</b>").status_code == 303
    assert listed(editor, rule="narrowband")["total"] == 0
    (called,) = listed(editor, rule="narrowband", state="no_fault")["findings"]
    assert (called["no_fault"]["by"], called["no_fault"]["because"]) == ("Ed One", "FCC waiver <b>DA 12-642</b>")
    page = editor.get("/quality?state=no_fault").text
    assert "because: FCC waiver &lt;b&gt;DA 12-642&lt;/b&gt;" in page
    reopen = re.search(r'action="(/quality/dismissals/[^"]+/reopen)"', page)[1]
    assert post(editor, reopen).status_code == 303
    assert listed(editor, rule="narrowband")["total"] == 1
    assert post(editor, reopen).status_code == 303
    post(editor, here, **form, because="waived")
    assert listed(editor, rule="narrowband")["total"] == 0
    with world.database.session(world.editor_one) as session:
        change_record(session, "channel", world.ids["OLD WIDE"], found["version"], {"remarks": "seen"})
    assert listed(editor, rule="narrowband")["total"] == 1


def test_a_record_tells_of_itself_what_is_doubtful(editor, world):
    page = editor.get(f"/records/channel/{world.ids['OLD WIDE']}").text
    doubtful = page[page.index('id="doubtful"') :]
    assert "20K0F3E is 20 kHz wide" in doubtful
    assert 'name="from_record"' in doubtful
    clean = editor.get(f"/records/channel/{world.ids['8TAC91']}").text
    assert "Nothing that the rules know of." in clean


def test_two_records_are_compared_made_one_and_parted_again(editor, world):
    found = one_of(editor, world, "X Mtn", "duplicate")
    kept, other = found["about"], found["id"]
    address = f"/quality/site/{kept}/merge/{other}"
    assert address.encode() in editor.get("/quality?rule=duplicate").data
    page = editor.get(address).text
    assert "Cross Mountain" in page
    assert "On The Line - X Mtn" in page or "X Mtn" in page
    form = {"version": "1", "other_version": "1", "take-name": "other"}
    assert post(editor, address, version="1").status_code == 400
    assert post(editor, address, **{**form, "version": "9"}).status_code == 409
    done = post(editor, address, **form)
    assert (done.status_code, done.headers["Location"]) == (303, f"/records/site/{kept}")
    page = editor.get(done.headers["Location"]).text
    assert "X Mtn" in page
    assert "Cross Mountain" in page
    undo = re.search(r'href="(/quality/merges/[^"]+/undo)"', page)[1]
    assert "takes" in editor.get(undo).text
    assert post(editor, undo).status_code == 303
    assert editor.get(undo).status_code == 404
    assert editor.get(f"/api/records/site/{other}").json["fields"]["status"] == "active"
    assert editor.get(f"/api/records/site/{kept}").json["fields"]["name"] == "Cross Mountain"
    assert editor.get(f"/quality/site/{kept}/merge/{uuid.uuid4()}").status_code == 404


def test_a_program_merges_and_undoes(editor, world):
    found = one_of(editor, world, "Campbell County Sheriff", "duplicate")
    header = {"X-CSRFToken": token(editor)}
    here = f"/api/quality/agency/{found['about']}/merge/{found['id']}"
    asked = {"other_version": found["version"], "take": []}
    assert editor.post(here, json=asked, headers=header).status_code == 428
    assert editor.post(here, json={}, headers={**header, "If-Match": '"1"'}).status_code == 400
    done = editor.post(here, json=asked, headers={**header, "If-Match": '"1"'})
    assert done.status_code == 200, done.text
    undone = editor.post(f"/api/quality/merges/{done.json['merge']}/undo", json={}, headers=header)
    assert (undone.status_code, undone.json["set_back"]) == (200, 1)


def test_each_act_is_in_the_audit(editor, world):
    from sqlalchemy import select

    from casm.db.tables import AuditEvent

    with world.database.session(world.admin) as session:
        actions = set(session.scalars(select(AuditEvent.action)))
    assert {"mended", "called no fault", "reopened a finding", "merged", "undid a merge"} <= actions
