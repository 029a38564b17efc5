"""Every class of record through HTTP: made, edited, changed together, filtered, its history, retired, taken back.

What cannot be taken is answered beside each field, and changes nothing. New classes are covered by being registered.
"""

import html
import random

import pytest
from repeats import FULL

from casm.editing.form_fields import AREA, CHOICE, CHOICES, DATE, NUMBER, REFERENCE_KIND, YES_NO, form_fields
from casm.editing.record_class import record_class_of
from casm.listing.list_field import by_name, list_fields
from casm.sharing.asset_class import CLASS_OF_TABLE
from casm.sharing.viewer import FIELD_CLASSES

# Refused by every field of text: as long as the material of an encryption key.
KEY_MATERIAL = "AB" * 32
BAD = {CHOICE: "zebra", CHOICES: "zebra", YES_NO: "perhaps", DATE: "22.11.26", NUMBER: "seventeen", AREA: "POLYGON (("}
# Read together, and told of at one of them.
POSITION = ("latitude", "longitude")
# What a form shows only to help to find a reference beside it.
HELPERS = {"template_slot": {"fleet"}}


@pytest.fixture(scope="module")
def editor(open_as, typed_world):
    return open_as(typed_world.editor_one)


@pytest.fixture(scope="module")
def token(editor):
    return editor.token()


def depth(name):
    """How many records a record of the class is within."""
    record_class = record_class_of(name)
    wholes = [record_class.shape.references[one].target for one in record_class.part_of]
    return 1 + max(map(depth, wholes)) if wholes else 0


def drawn():
    """All classes at full counts, else a few; parts before their wholes, which take them along when they retire."""
    names = sorted(CLASS_OF_TABLE, key=lambda name: (-depth(name), name))
    chosen = names if FULL else random.Random(len(names)).sample(names, 4)
    return sorted(chosen, key=names.index)


def bad_texts(name):
    """A text for each field of a class' form that it cannot take, but for references, which are looked up."""
    found = {}
    for one in form_fields(name, FIELD_CLASSES, new=False):
        if one.kind != REFERENCE_KIND and one.columns and one.name not in POSITION:
            found[one.name] = BAD.get(one.kind) or ("seventeen" if one.units else KEY_MATERIAL)
    return found


@pytest.mark.parametrize("name", sorted(CLASS_OF_TABLE))
def test_bad_input_is_answered_beside_each_field_and_changes_nothing(name, editor, token, typed_world):
    here = f"/api/records/{name}/{typed_world.records[name]}"
    before = editor.get(here)
    headers = {"X-CSRFToken": token, "If-Match": before.headers["ETag"]}
    bad = bad_texts(name)
    assert bad
    for told in [bad, *([{one: text} for one, text in bad.items()] if FULL else [])]:
        answer = editor.patch(here, json={"fields": told}, headers=headers)
        assert answer.status_code == 422, (told, answer.text)
        faults = {one["field"]: one for one in answer.json["errors"]}
        assert set(told) <= set(faults), set(told) - set(faults)
        assert all(one["reason"] and one["mend"] for one in faults.values())
        assert KEY_MATERIAL not in answer.text, "what may be a key is not repeated"
    if "latitude" in before.json["fields"]:
        answer = editor.patch(here, json={"fields": dict.fromkeys(POSITION, "up there")}, headers=headers)
        assert answer.status_code == 422
        assert {one["field"] for one in answer.json["errors"]} <= set(POSITION)
    references = [one.name for one in form_fields(name, FIELD_CLASSES, new=False) if one.kind == REFERENCE_KIND]
    for one in references if FULL else references[:1]:
        answer = editor.patch(here, json={"fields": {one: "Nowhere at all"}}, headers=headers)
        if one not in HELPERS.get(name, ()):
            assert answer.status_code == 422, (one, answer.text)
            assert answer.json["errors"][0]["mend"]
    after = editor.get(here)
    assert (after.headers["ETag"], after.json) == (before.headers["ETag"], before.json)


def step(editor, address, page, button):
    """Send the form of a page by one of its buttons: (name, value)."""
    action, values = editor.form_of(address, page)
    return editor.post(action, data={**values, button[0]: button[1]})


def together(editor, name, record_id, act, **texts):
    """Change one record by the pages for many: choose, preview, change; the last answer and the preview."""
    address = f"/records/{name}/together"
    told = {"csrf_token": editor.token(), "row": str(record_id), "act": act, "set": list(texts), "step": "preview"}
    for field, text in texts.items():
        told |= {f"field-{field}": text.split("; "), f"shown-{field}": "yes"}
    preview = editor.post(address, data=told)
    assert preview.status_code == 200, preview.text
    return step(editor, address, preview.text, ("step", "change")), preview


@pytest.mark.parametrize("name", drawn())
def test_a_record_lives_through_everything(name, editor, editing, typed_world):
    record_id = str(typed_world.records[name])
    here = f"/records/{name}/{record_id}"
    field, text = editing.EDITED[name]
    edited = editor.submit(here + "/edit", **{field: text})
    assert edited.status_code == 303, edited.text
    done, preview = together(editor, name, record_id, "edit", remarks="seen together")
    assert "<ins>seen together</ins>" in preview.text
    assert done.status_code == 303, done.text
    assert "seen together" in editor.get(here).text
    undone = editor.get(done.headers["Location"])
    assert "1 " in undone.text
    assert step(editor, done.headers["Location"], undone.text, ("go", "")).status_code == 303
    assert "seen together" not in editor.get(f"/api{here}").json["fields"]["remarks"]
    assert_found_by_its_fields(editor, name, record_id)
    for act, listed in (("retire", "retired=yes"), ("bring-back", "")):
        done, _preview = together(editor, name, record_id, act)
        assert done.status_code == 303, done.text
        assert record_id in ids_of(editor, name, listed)
    versions = editor.get(f"/api{here}/history").json["versions"]
    assert [one["action"] for one in versions][:5] == [
        "taken back into use", "retired", "changed", "changed", "changed",
    ]  # fmt: skip
    assert versions[-1]["action"] == "made"
    assert "taken back into use".capitalize() in editor.get(here + "?history=all").text


def ids_of(editor, name, query):
    """The ids that the table of an address lists, all pages together."""
    address, found = f"/api/records/{name}?{query}", []
    while address:
        page = editor.get(address)
        assert page.status_code == 200, page.text
        found += [one["id"] for one in page.json["records"]]
        address = page.json["next"]
    return found


def assert_found_by_its_fields(editor, name, record_id):
    """The record is among those of its own values, and the page of the table says the same as the API."""
    fields = by_name(list_fields(name))
    texts = editor.get(f"/api/records/{name}/{record_id}").json["fields"]
    operators = {"choice": "is", "yes_no": "is", "date": "from", "number": "is", "text": "is", "squelch": "is"}
    asked = [
        (f"{one}.{operators[fields[one].kind]}", text)
        for one, text in texts.items()
        if text and one in fields and fields[one].kind in operators and "\n" not in text
    ]
    assert asked
    for key, text in random.Random(name).sample(asked, min(3, len(asked))):
        query = f"{key}={html.unescape(text).replace('&', '%26').replace('+', '%2B').replace('#', '%23')}"
        assert record_id in ids_of(editor, name, query), query
        assert f'id="row-{record_id}"' in editor.get(f"/records/{name}?{query}").text
    assert record_class_of(name).plural[1:] in editor.get(f"/records/{name}").text


@pytest.mark.parametrize("name", drawn())
def test_a_new_record_is_made_by_its_form_after_the_old_one_is_retired(name, editor, editing, typed_world, open_as):
    """The natural key is free again; taking the old one back is then refused in words, and nothing is half done."""
    record_id = typed_world.records[name]
    done, _preview = together(editor, name, record_id, "retire")
    assert done.status_code == 303, done.text
    former = editor.get(f"/api/records/{name}/{record_id}").json["fields"]
    texts = {one: text for one, text in former.items() if text and one != "status"}
    made = editor.submit(f"/records/{name}/new", **texts)
    assert made.status_code == 303, made.text
    refused = editor.submit(f"/records/{name}/{record_id}/retire", act="take back")
    assert refused.status_code in (303, 409)
    state = editor.get(f"/api/records/{name}/{record_id}").json["fields"]["status"]
    assert (refused.status_code, state == "retired") in ((409, True), (303, False))
