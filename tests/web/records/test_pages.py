"""The pages of records: every class shown, made, changed, retired and put back through its forms."""

import pytest

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
