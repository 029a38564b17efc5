"""Ticked records of which changes are only proposed: chosen, previewed and proposed through the pages."""

import re

import pytest

from casm.editing.change_record import create_record
from casm.editing.read_record import read_record


@pytest.fixture(scope="module")
def masts(world):
    """Two more sites of the county whose editors propose."""
    with world.database.session(world.admin) as session:
        return [create_record(session, "site", world.one, {"name": f"Mast {n}"}).record_id for n in range(2)]


def hidden(page: str) -> dict[str, str]:
    form = page.partition('class="buttons together-buttons"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_an_editor_proposes_for_many_from_the_table(world, browser, masts):
    editor = browser(world.ed)
    table = editor.text("/records/site?search=Mast")
    assert table.count('name="row"') == 2
    assert "Take back into use" not in table
    here = "/records/site/together"
    chosen = editor.send(here, {"row": [str(one) for one in masts], "act": "edit", "add": "structure_type"},
                         "/records/site")  # fmt: skip
    assert chosen.status_code == 200
    packed = re.search(r'name="chosen" value="([^"]+)"', chosen.text)[1]
    asked = {"chosen": packed, "act": "edit", "set": "structure_type", "field-structure_type": "silo"}
    preview = editor.send(here, {**asked, "step": "preview"}, "/records/site")
    assert preview.status_code == 200
    assert "2 changes would be proposed" in preview.text
    assert "Propose to change 2 sites" in preview.text
    form = hidden(preview.text)
    done = editor.send(here, {**form, "step": "change", "reason": "seen"}, "/records/site")
    assert (done.status_code, done.headers["Location"]) == (303, "/proposals")
    listed = editor.text("/proposals")
    assert "2 proposals wait for somebody who may make the changes." in listed
    assert listed.count("Mast ") == 2
    with world.database.session(world.admin) as session:
        assert {read_record(session, "site", one).version for one in masts} == {1}
    assert "and 1 more proposed together" in browser(world.mia).text("/notices")


def test_a_reader_has_no_boxes_to_tick_and_is_turned_away(world, browser, masts):
    reader = browser(world.ray)
    assert 'name="row"' not in reader.text("/records/site?search=Mast")
    answer = reader.send("/records/site/together", {"row": str(masts[0]), "act": "retire"}, "/account")
    assert answer.status_code == 403
