"""Handling rules on their pages: read and stated by who manages the owner, said in words when they are none."""

import uuid

import pytest

from casm.sharing.handling import set_handling_text
from casm.sharing.viewer import Viewer


@pytest.fixture(autouse=True)
def put_back(world):
    yield
    with world.database.session(Viewer.local_administrator()) as session:
        for owner_id in (world.campbell, world.scott, world.state):
            set_handling_text(session, owner_id)


def test_a_manager_states_words_that_stand_on_the_map_at_once(browser_of, world):
    ann = browser_of("ann")
    listed = ann.text("/sharing/handling")
    assert "Campbell County" in listed
    assert "Scott County" not in listed
    address = f"/sharing/handling/{world.campbell}"
    rules = {"text": "Campbell <b>only</b>", "tlp_floor": "AMBER+STRICT", "tlp_ceiling": "", "release_up_to": ""}
    assert ann.post(address, rules, page=address).headers["Location"] == "/sharing/handling"
    assert "hold from now on" in ann.text("/sharing/handling")
    page = ann.get("/")
    assert page.headers["CASM-Marking"] == "EXERCISE // TLP:AMBER+STRICT // Campbell County: Campbell <b>only</b>"
    assert "Campbell &lt;b&gt;only&lt;/b&gt;" in page.text
    assert "Campbell &lt;b&gt;only&lt;/b&gt;" in ann.text(address)


def test_rules_that_are_none_are_said_in_words_and_kept_to_be_mended(browser_of, world):
    ann, address = browser_of("ann"), f"/sharing/handling/{world.campbell}"
    wrong = ann.post(address, {"text": "Kept", "tlp_floor": "RED", "tlp_ceiling": "GREEN"}, page=address, status=400)
    assert "The floor lies above the ceiling" in wrong.text
    assert 'value="Kept"' in wrong.text


def test_foreign_and_missing_owners_answer_alike(browser_of, world):
    ann = browser_of("ann")
    own, foreign, missing = (f"/sharing/handling/{owner}" for owner in (world.campbell, world.scott, uuid.uuid4()))
    told = ann.content(ann.get(missing, 404))
    assert ann.content(ann.get(foreign, 404)) == told
    assert ann.content(ann.post(foreign, {"text": "x"}, page=own, status=404)) == told
    browser_of("ray").get(own, 403)
