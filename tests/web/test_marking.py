"""Every answer states its handling mark: in the header, and at head and foot of every page."""

import html
import re

import pytest

from casm.exchange.marking import Marking
from casm.sharing.handling import set_handling_text
from casm.sharing.viewer import Viewer
from web.marking import OF_THE_PROGRAM, bear, page_marking

ADMINISTRATOR = Viewer.local_administrator()
AMBER = "EXERCISE // TLP:AMBER // for your agency and those it serves, as they need to know"
STRIP = re.compile(r'<div class="marking ([^"]+)" role="note"[^>]*>(.*?)</div>')


def strips(page: str) -> list[tuple[str, str]]:
    return [(classes, html.unescape(words)) for classes, words in STRIP.findall(page)]


@pytest.mark.parametrize("path", ["/", "/table"])
def test_a_page_says_at_head_and_foot_what_its_header_says(client, path):
    answer = client.get(path)
    assert answer.headers["CASM-Marking"] == AMBER
    assert strips(answer.text) == [("marking-amber marking-exercise", AMBER)] * 2


def test_overlays_and_explanations_bear_the_mark_of_their_results(client, ids):
    for path in (
        f"/map/overlays/{ids.coverage_result}/balanced_probability",
        f"/map/overlays/{ids.coverage_result}/balanced_probability.png",
        f"/map/overlays/{ids.pair_result}/levels.png",
        "/api/explain?lat=36.3&lon=-84.3",
    ):
        assert client.get(path).headers["CASM-Marking"] == AMBER, path
    nowhere = client.get("/api/explain?lat=10&lon=10")
    assert (nowhere.json["pairs"], nowhere.headers["CASM-Marking"][:9]) == ([], "TLP:CLEAR")


@pytest.mark.parametrize("path", ["/nowhere", "/map/overlays/x/y"])
def test_an_error_tells_nothing_and_is_marked_so(client, path):
    assert client.get(path).headers["CASM-Marking"] == "TLP:CLEAR // may be shown to anyone"


def test_our_own_scripts_are_not_marked(client):
    assert "CASM-Marking" not in client.get("/static/site.css").headers


def test_a_states_words_stand_on_every_page(app, module_database, ids):
    with module_database.session(ADMINISTRATOR) as session:
        set_handling_text(session, ids.state_owner, words="Only <b>for</b> “us” & partners")
    try:
        answer = app.test_client().get("/")
        said = "EXERCISE // TLP:AMBER // Tennessee: Only <b>for</b> “us” & partners"
        assert [words for _, words in strips(answer.text)] == [said, said]
        assert "<b>for" not in answer.text
        assert answer.headers["CASM-Marking"] == said.replace("“", "?").replace("”", "?")
    finally:
        with module_database.session(ADMINISTRATOR) as session:
            set_handling_text(session, ids.state_owner)


def test_a_page_of_the_program_is_not_for_anyone_and_one_before_signing_in_is(app):
    with app.test_request_context("/table"):
        assert page_marking() == bear(None) == OF_THE_PROGRAM
        assert bear(Marking(tlp="RED")) == page_marking() == Marking(tlp="RED")
    with app.test_request_context("/health"):
        assert page_marking() == Marking()
