"""The pages of added fields: defined by who manages an owner, filled in on forms, told of by the API."""

import re

import pytest


def define(browser, world, **texts):
    action, values = browser.form("/fields/new")
    usual = {"owner": str(world.state), "record_class": "site", "kind": "text", "sensitivity": "public"}
    return browser.post(action, data={**{name: one[0] for name, one in values.items()}, **usual, **texts})


def test_a_field_is_defined_filled_in_changed_and_retired_on_pages(open_as, typed_world):
    manager, editor = open_as(typed_world.admin), open_as(typed_world.editor_one)
    site = f"/records/site/{typed_world.records['site']}"
    made = define(manager, typed_world, label="Fence <height>", kind="decimal", unit="ft", least="0", most="40")
    assert made.status_code == 303
    page = manager.get("/fields").text
    assert "Fence &lt;height&gt;" in page
    field = re.search(r'href="(/fields/[0-9a-f-]{36})"', page)[1]
    form = editor.get(f"{site}/edit").text
    assert "Further fields" in form
    assert "0 to 40 ft" in form
    refused = editor.submit(f"{site}/edit", custom_fence_height="50")
    assert refused.status_code == 422
    assert "outside what is possible, 0 to 40 ft" in refused.text
    assert editor.submit(f"{site}/edit", custom_fence_height="8.5").status_code == 303
    shown = editor.get(site).text
    assert "8.5 ft" in shown
    told = editor.get(f"/api{site}")
    assert told.json["fields"]["custom_fence_height"] == "8.5 ft"
    assert told.json["values"]["custom_fence_height"] == 8.5
    headers = {"If-Match": told.headers["ETag"], "X-CSRFToken": editor.token()}
    patched = editor.patch(f"/api{site}", json={"fields": {"custom_fence_height": 9}}, headers=headers)
    assert patched.json["values"]["custom_fence_height"] == 9
    _action, values = manager.form(field)
    plain = {name: one[0] for name, one in values.items()}
    assert manager.post(field, data={**plain, "most": "5"}).status_code == 303
    assert manager.post(field, data={**plain, "most": "6"}).status_code == 409
    assert "9 ft" in editor.get(site).text
    retired = manager.post(f"{field}/retire", data={"csrf_token": plain["csrf_token"], "version": "2", "act": "retire"})
    assert retired.status_code == 303
    assert "Fence &lt;height&gt; (field retired)" in editor.get(site).text
    assert "custom_fence_height" not in editor.get(f"{site}/edit").text


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"label": ""}, "the label has 0 characters"),
        ({"label": "A", "kind": "choice", "choices": "one"}, "choices that differ"),
        ({"label": "A", "kind": "whole", "least": "9", "most": "1"}, "below the lowest"),
        ({"label": "A", "kind": "text", "unit": "ft"}, "only figures have a unit"),
        ({"label": "A", "kind": "number"}, "none of the choices"),
        ({"label": "A", "name": "Not a name"}, "no short name"),
        ({"label": "A", "record_class": "audit_event"}, "none of the choices"),
    ],
)
def test_what_is_no_definition_is_told_beside_its_field(open_as, typed_world, texts, reason):
    answer = define(open_as(typed_world.admin), typed_world, **texts)
    assert answer.status_code == 422
    assert reason in answer.text


def test_one_name_means_one_field_up_and_down_the_tree(open_as, typed_world):
    manager = open_as(typed_world.admin)
    assert define(manager, typed_world, label="Twice", owner=str(typed_world.one)).status_code == 303
    for owner in (typed_world.state, typed_world.one):
        answer = define(manager, typed_world, label="Twice", owner=str(owner))
        assert answer.status_code == 422
        assert "has a field of this name" in answer.text
    assert define(manager, typed_world, label="Twice", owner=str(typed_world.two)).status_code == 303


def test_who_manages_another_owner_cannot_define_or_find_a_field(open_as, typed_world):
    define(open_as(typed_world.admin), typed_world, label="Of one", owner=str(typed_world.one))
    page = open_as(typed_world.admin).get("/fields").text
    field = re.findall(r'href="(/fields/[0-9a-f-]{36})">Of one', page)[0]
    other = open_as(typed_world.editor_two)
    assert other.get(field).status_code == 404
    assert "Of one" not in other.get("/fields").text
    answer = define(other, typed_world, label="Planted", owner=str(typed_world.one))
    assert answer.status_code == 422
    assert "You do not manage" in answer.text
