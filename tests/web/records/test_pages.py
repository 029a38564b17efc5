"""The pages of records: every class shown, made, changed, retired and put back through its forms."""

import html
import re
import uuid

import pytest
from repeats import FULL

from casm.sharing.asset_class import CLASS_OF_TABLE


@pytest.fixture(scope="module")
def editor(open_as, typed_world):
    return open_as(typed_world.editor_one)


def address(world, name):
    return f"/records/{name}/{world.records[name]}"


@pytest.mark.parametrize("name", sorted(CLASS_OF_TABLE))
def test_a_form_sent_as_it_is_changes_nothing(name, editor, typed_world):
    before = editor.get(f"/api{address(typed_world, name)}")
    answer = editor.submit(address(typed_world, name) + "/edit")
    assert answer.status_code == 303, answer.text
    after = editor.get(f"/api{address(typed_world, name)}")
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.json == before.json


@pytest.mark.parametrize("name", sorted(CLASS_OF_TABLE))
def test_every_record_has_a_page_with_its_history_and_bears_its_mark(name, editor, typed_world):
    page = editor.get(address(typed_world, name))
    assert page.status_code == 200
    assert page.headers["CASM-Marking"].startswith("TLP:AMBER")
    assert "Version 1" in page.text
    assert 'style="' not in page.text
    assert " on" + "click" not in page.text


def test_the_classes_and_their_lists(editor, typed_world):
    page = editor.get("/records").text
    assert page.count('class="class-name"') == len(CLASS_OF_TABLE)
    listed = editor.get("/records/site").text
    assert "Cross Mountain" in listed
    assert "Town Hall" in listed
    found = editor.get("/records/site?search=CROSS").text
    assert "Cross Mountain" in found
    assert "Town Hall" not in found
    assert "Cross Mountain" in editor.get("/records/site?search=smoky").text
    assert "0 sites: nothing found" in editor.get("/records/site?search=%25").text
    assert "0 sites: nothing found" in editor.get("/records/site?retired=yes").text
    assert editor.get("/records/site?page=999").status_code == 200


def test_a_list_longer_than_a_page_is_turned(editor, typed_world):
    from casm.db.tables import Licence

    with typed_world.database.session(typed_world.admin) as session:
        session.add_all(Licence(owner_id=typed_world.one, call_sign=f"KA{number:04}") for number in range(250))
    address, seen, pages = "/records/licence", [], []
    while address:
        page = editor.get(address).text
        pages.append(page.count('<tr id="row-'))
        seen += re.findall(r"KA\d{4}(?=</a>)", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further and html.unescape(further[1])
    assert pages == [100, 100, 51]
    assert seen == [f"KA{number:04}" for number in range(250)]
    assert "251 licences" in page


def test_foreign_and_missing_records_are_answered_alike(open_as, typed_world):
    stranger = open_as(typed_world.editor_two)
    token = {"X-CSRFToken": stranger.token(), "If-Match": '"1"'}
    for name in sorted(CLASS_OF_TABLE) if FULL else ("agency", "contact", "site", "template_slot"):
        for end in ("", "/edit", "/retire", "/put-back/1"):
            foreign = stranger.get(address(typed_world, name) + end)
            missing = stranger.get(f"/records/{name}/{uuid.uuid4()}{end}")
            assert (foreign.status_code, missing.status_code) == (404, 404)
            assert foreign.data == missing.data
        for verb, body in (("get", None), ("patch", {"fields": {"remarks": "x"}}), ("delete", None)):
            foreign = getattr(stranger, verb)(f"/api{address(typed_world, name)}", json=body, headers=token)
            missing = getattr(stranger, verb)(f"/api/records/{name}/{uuid.uuid4()}", json=body, headers=token)
            assert (foreign.status_code, missing.status_code) == (404, 404)
            assert foreign.data == missing.data
    assert stranger.get("/records/owner").status_code == 404
    assert stranger.get("/records/nonsense").status_code == 404


def test_whoever_only_reads_is_shown_no_form(open_as, typed_world):
    reader = open_as(typed_world.reader_one)
    page = reader.get(address(typed_world, "site"))
    assert page.status_code == 200
    assert ">Edit<" not in page.text
    for end in ("/edit", "/retire", "/put-back/1"):
        assert reader.get(address(typed_world, "site") + end).status_code == 403
    assert reader.get("/records/site/new").status_code == 403


def test_nobody_is_asked_to_sign_in(typed_world):
    from web import create_app
    from web.config import WebConfig

    client = create_app(WebConfig(typed_world.database, trusted_hosts=("localhost",))).test_client()
    assert client.get("/records").status_code == 303
    assert client.get(address(typed_world, "site")).status_code == 303
    assert client.get(f"/api{address(typed_world, 'site')}").status_code == 401


def test_a_record_is_made_edited_retired_and_put_back_in_forms(editor, typed_world):
    made = editor.submit("/records/site/new", name="Ridge", latitude="36-15-00 N", longitude="84-20-00 W",
                         overall_height_agl_m="150 ft", generator_kw="30 kW")  # fmt: skip
    assert made.status_code == 303
    here = made.headers["Location"]
    page = editor.get(here).text
    assert "The site was made." in page
    assert "45.72 m (150 ft)" in page
    assert "30 kW" in page
    assert 'id="place-map"' in page
    changed = editor.submit(here + "/edit", overall_height_agl_m="160 ft", remarks="taller\nnow")
    assert (changed.status_code, changed.headers["Location"]) == (303, here)
    page = editor.get(here).text
    assert "Saved as version 2." in page
    assert "<del>45.72 m</del>" in page
    assert "<ins>48.768 m</ins>" in page
    assert "Changed by Ed One" in page
    asked = editor.get(here + "/retire").text
    assert "access, power and lease of Ridge" in asked
    assert editor.submit(here + "/retire").status_code == 303
    page = editor.get(here).text
    assert "It is kept, and counts for nothing" in page
    assert editor.submit(here + "/edit", remarks="x").status_code == 409
    assert editor.submit(here + "/retire").status_code == 303
    assert "Put version 1 back" in editor.get(here).text
    assert editor.submit(here + "/put-back/1").status_code == 303
    page = editor.get(here).text
    assert "Version 1 was put back, as version 5." in page
    assert "45.72 m (150 ft)" in page
    assert editor.get(here + "/put-back/77").status_code == 200
    assert editor.submit(here + "/put-back/77").status_code == 409


def test_a_part_is_made_from_the_page_of_its_record(editor, typed_world):
    gateway = typed_world.records["gateway"]
    assert f"/records/gateway_port/new?gateway={gateway}" in editor.get(address(typed_world, "gateway")).text
    made = editor.submit(f"/records/gateway_port/new?gateway={gateway}", port_number="9", talkgroup="SO DISP")
    assert (made.status_code, made.headers["Location"]) == (303, f"/records/gateway/{gateway}")
    assert "port 9 of Mobile gateway" in editor.get(made.headers["Location"]).text
    again = editor.submit(f"/records/gateway_port/new?gateway={gateway}", port_number="9")
    assert again.status_code == 422
    assert "already a gateway port with the same" in again.text
    assert editor.get(f"/records/gateway_port/new?gateway={uuid.uuid4()}").status_code == 404
    assert editor.get("/records/gateway_port/new?owner_id=1").status_code == 400


def test_what_is_wrong_stands_beside_its_field_and_at_the_top(editor, typed_world):
    answer = editor.submit(address(typed_world, "channel") + "/edit", rx_squelch="114", rx_freq_hz="5 MHz",
                           remarks="kept <b>as</b> written")  # fmt: skip
    assert answer.status_code == 422
    assert "2 fields cannot be taken as written; nothing was saved." in answer.text
    assert '<a href="#field-rx_squelch">RX squelch</a>' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="114"' in answer.text
    assert "write D114 for DCS" in answer.text
    assert "kept &lt;b&gt;as&lt;/b&gt; written" in answer.text
    assert editor.get(f"/api{address(typed_world, 'channel')}").json["fields"]["rx_freq_hz"] == "154.265 MHz"


def test_a_stale_form_shows_both_states_and_can_be_saved_on_top(open_as, editor, typed_world):
    other = open_as(typed_world.editor_two_of_one)
    here = address(typed_world, "agreement")
    action, values = editor.form(here + "/edit")
    assert other.submit(here + "/edit", reference_number="7", remarks="theirs").status_code == 303
    stale = editor.post(action, data={**values, "field-remarks": "mine", "field-activation_steps": "Call."})
    assert stale.status_code == 409
    assert "Ed Too changed this record meanwhile" in stale.text
    assert "<ins>theirs</ins>" in stale.text
    assert "<strong>mine</strong>" in stale.text
    assert "yours; somebody else changed this field as well" in stale.text
    action, merged = editor.form_of(here, stale.text)
    assert (merged["field-remarks"], merged["field-reference_number"]) == (["mine"], ["7"])
    assert editor.post(action, data=merged).status_code == 303
    fields = editor.get(f"/api{here}").json["fields"]
    assert (fields["remarks"], fields["reference_number"], fields["activation_steps"]) == ("mine", "7", "Call.")


def test_no_form_is_taken_without_its_token_or_version(editor, typed_world):
    here = address(typed_world, "need")
    action, values = editor.form(here + "/edit")
    before = editor.get(f"/api{here}").headers["ETag"]
    for left_out in ("csrf_token", "version"):
        told = {name: value for name, value in values.items() if name != left_out}
        assert editor.post(action, data={**told, "field-remarks": "x"}).status_code == 400
    assert editor.get(f"/api{here}").headers["ETag"] == before
