"""Records for programs: ETag and If-Match, figures and texts, problems in JSON."""

import uuid

import pytest


@pytest.fixture(scope="module")
def editor(open_as, typed_world):
    return open_as(typed_world.editor_one)


@pytest.fixture
def token(editor):
    return {"X-CSRFToken": editor.token()}


def test_a_record_is_made_read_changed_retired_and_taken_back(editor, token):
    fields = {"name": "API site", "overall_height_agl_m": 45.72, "grid_power": True, "aliases": ["A", "B"],
              "latitude": 36.25, "longitude": -84.3, "remarks": None, "ground_elevation_amsl_m": "1000 ft"}  # fmt: skip
    made = editor.post("/api/records/site", json={"owner": "us.tn.one", "fields": fields}, headers=token)
    assert made.status_code == 201, made.text
    here, etag = made.headers["Location"], made.headers["ETag"]
    assert etag == '"1"'
    assert made.json["values"]["overall_height_agl_m"] == 45.72
    assert made.json["values"]["position"] == {"type": "Point", "coordinates": [-84.3, 36.25]}
    assert made.json["values"]["ground_elevation_amsl_m"] == 304.8
    assert made.json["fields"]["aliases"] == "A; B"
    changed = editor.patch(here, json={"fields": {"remarks": "seen"}}, headers={**token, "If-Match": etag})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    read = editor.get(here)
    assert [one["title"] for one in read.json["parts"]["site_sensitive"]] == ["access, power and lease of API site"]
    assert (read.headers["ETag"], read.json["fields"]["remarks"]) == ('"2"', "seen")
    assert read.json["handling"]["tlp"] == "TLP:AMBER"
    assert read.headers["CASM-Marking"].startswith("TLP:AMBER")
    versions = editor.get(here + "/history").json["versions"]
    assert [(one["version"], one["actor"], one["action"]) for one in versions] == [
        (2, "Ed One", "changed"), (1, None, "made"),
    ]  # fmt: skip
    assert versions[0]["fields"] == [{"name": "remarks", "before": "", "after": "seen"}]
    put = editor.post(here + "/put-back", json={"version": 1}, headers={**token, "If-Match": '"2"'})
    assert (put.status_code, put.json["fields"]["remarks"]) == (200, "")
    gone = editor.delete(here, headers={**token, "If-Match": '"3"'})
    assert (gone.status_code, gone.json["fields"]["status"]) == (200, "retired")
    back = editor.post(here + "/bring-back", headers={**token, "If-Match": '"4"'})
    assert (back.status_code, back.headers["ETag"]) == (200, '"5"')


WRITES = [
    ("patch", "", {"fields": {"remarks": "x"}}),
    ("delete", "", None),
    ("post", "/put-back", {"version": 1}),
    ("post", "/bring-back", None),
]


@pytest.mark.parametrize(("verb", "end", "body"), WRITES)
def test_no_write_goes_without_the_version_in_force(verb, end, body, editor, token, typed_world):
    here = f"/api/records/agency/{typed_world.records['agency']}"
    current = editor.get(here).headers["ETag"]
    for stated, status in (
        ({}, 428), ({"If-Match": "*"}, 428), ({"If-Match": ""}, 428), ({"If-Match": '"77"'}, 412),
        ({"If-Match": f"W/{current}"}, 412), ({"If-Match": "nonsense"}, 412), ({"If-Match": '"0"'}, 412),
    ):  # fmt: skip
        answer = getattr(editor, verb)(here + end, json=body, headers={**token, **stated})
        assert answer.status_code == status, (stated, answer.text)
        assert answer.mimetype == "application/problem+json"
        assert answer.json["status"] == status
    assert editor.get(here).headers["ETag"] == current


def test_a_stale_write_is_told_who_was_faster(editor, open_as, token, typed_world):
    here = f"/api/records/licence/{typed_world.records['licence']}"
    other = open_as(typed_world.editor_two_of_one)
    theirs = {"X-CSRFToken": other.token(), "If-Match": '"1"'}
    assert other.patch(here, json={"fields": {"frn": "0001"}}, headers=theirs).status_code == 200
    stale = editor.patch(here, json={"fields": {"frn": "0002"}}, headers={**token, "If-Match": '"1"'})
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    assert stale.json["current_version"] == 2
    assert stale.json["current_fields"]["frn"] == "0001"
    assert [(one["actor"], one["fields"]) for one in stale.json["meanwhile"]] == [
        ("Ed Too", [{"name": "frn", "before": "", "after": "0001"}])
    ]
    either = {**token, "If-Match": '"1", "2"'}
    assert editor.patch(here, json={"fields": {"frn": "0002"}}, headers=either).status_code == 200


def test_wrong_fields_and_bodies_are_told_in_json(editor, token, typed_world):
    here = f"/api/records/channel/{typed_world.records['channel']}"
    match = {**token, "If-Match": editor.get(here).headers["ETag"]}
    answer = editor.patch(here, json={"fields": {"mode": "D", "rx_squelch": "114"}}, headers=match)
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json["errors"]} == {"mode", "rx_squelch"}
    assert all(one["reason"] and one["mend"] for one in answer.json["errors"])
    for fields in ({"nonsense": "x"}, {"owner": "us"}, {"id": str(uuid.uuid4())}, {"version": 9}, {"mode": [[1]]}):
        assert editor.patch(here, json={"fields": fields}, headers=match).status_code == 422
    for body in ([], "x", {}, {"fields": []}):
        assert editor.patch(here, json=body, headers=match).status_code == 400
    assert editor.patch(here, data="fields", headers=match).status_code == 400
    assert (
        editor.post("/api/records/channel", json={"owner": "us.tn.two", "fields": {}}, headers=token).status_code == 403
    )
    assert editor.post("/api/records/nothing", json={}, headers=token).status_code == 404


def test_a_write_from_a_page_needs_its_token(editor, typed_world):
    here = f"/api/records/site/{typed_world.records['site']}"
    etag = editor.get(here).headers["ETag"]
    answer = editor.patch(here, json={"fields": {"remarks": "x"}}, headers={"If-Match": etag})
    assert answer.status_code == 400
    assert editor.get(here).headers["ETag"] == etag


def test_lists_and_classes(editor, typed_world):
    classes = {one["class"]: one for one in editor.get("/api/records").json["classes"]}
    assert classes["site"]["href"] == "/api/records/site"
    sites = editor.get("/api/records/site?search=cross").json
    assert [one["title"] for one in sites["records"]] == ["Cross Mountain"]
    assert sites["records"][0]["href"] == f"/api/records/site/{typed_world.records['site']}"
    one = editor.get(f"/api/records/gateway/{typed_world.records['gateway']}").json
    assert one["parts"]["gateway_port"][0]["title"] == "port 1 of Mobile gateway"
    assert one["references"]["site"]["name"] == "Cross Mountain"
