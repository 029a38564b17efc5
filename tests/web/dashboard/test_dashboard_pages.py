"""The dashboard's pages: figures lead to lists of just as many, nothing foreign is told, plots say what they show."""

import re

import pytest
from markupsafe import Markup

from casm.quality.dismissal import dismiss
from casm.quality.run import find
from casm.sharing.viewer import Viewer
from web.dashboard import pages
from web.dashboard.map_data import shade_of
from web.dashboard.plots import Column, Part, bar, columns
from web.dashboard.view import SORTS, interval

LINK = re.compile(r'<a href="(/dashboard/[^"]+)">([\d,]+)</a>')


@pytest.fixture(scope="module")
def page(open_as, typed_world):
    """The first county's dashboard as its editor sees it."""
    answer = open_as(typed_world.editor_one).get("/dashboard/us.tn.one")
    assert answer.status_code == 200
    return answer


def test_each_figure_leads_to_a_list_of_just_as_many(page, open_as, typed_world):
    client = open_as(typed_world.editor_one)
    links = {(href.replace("&amp;", "&"), count) for href, count in LINK.findall(page.text)}
    assert len(links) > 40
    for href, count in sorted(links)[::5]:
        answer = client.get(href)
        assert answer.status_code == 200, href
        assert re.search(rf"<p>{count} records? of County One", answer.text), (href, count)


def test_the_page_is_marked_dated_and_about_one_jurisdiction(page):
    assert page.headers["CASM-Marking"].startswith("TLP:")
    assert re.search(r"Computed \d{4}-\d\d-\d\d \d\d:\d\d UTC", page.text)
    assert "Sheriff of Two" not in page.text
    assert page.text.count('role="img"') > 10
    assert not re.search(r"<[^>]+ style=", page.text)


def test_a_state_compares_its_counties_by_each_column(open_as, typed_world):
    client = open_as(typed_world.admin)
    for sort in SORTS:
        for turned in ("", "&turned=yes"):
            answer = client.get(f"/dashboard/us.tn?sort={sort}{turned}")
            assert answer.status_code == 200
            assert answer.text.count("aria-sort") == 1
    by_records = client.get("/dashboard/us.tn?sort=here").text
    turned = client.get("/dashboard/us.tn?sort=here&turned=yes").text
    for text, first in ((by_records, "County One"), (turned, "County Two")):
        table = text.partition(' compared">')[2]
        assert re.search(r'<a href="/dashboard/us\.tn\.\w+">([^<]+)</a>', table)[1] == first
    assert client.get("/dashboard/us.tn?sort=secret").status_code == 404


def test_what_is_foreign_and_what_is_nowhere_are_answered_alike(open_as, typed_world):
    client = open_as(typed_world.editor_two)
    for path in ("", "/site/here", "/site/missing-position"):
        told = {client.get(f"/dashboard/{code}{path}").text.replace(code, "…") for code in ("us.tn.one", "us.tn.none")}
        assert len(told) == 1
        assert client.get(f"/dashboard/us.tn.one{path}").status_code == 404
    for path in ("/dashboard/us.tn.two/site/none", "/dashboard/us.tn.two/nothing/here"):
        assert client.get(path).status_code == 404
    assert client.get("/dashboard/us.tn.two/site/here?agency=x").status_code == 404


def test_a_new_record_and_a_lost_right_count_at_once(open_as, typed_world, editing):
    editor = Viewer.of_owner("Ed Counting", typed_world.two, may_write=True, all_fields=True)
    client = open_as(editor)

    def count():
        text = client.get("/dashboard/us.tn.two").text
        found = re.search(r'href="/dashboard/us.tn.two/agency/here">(\d+)</a>', text)
        return int(found[1])

    before = count()
    assert client.submit("/records/agency/new", name="Newcomers").status_code == 303
    assert count() == before + 1


def test_who_has_one_jurisdiction_goes_straight_to_it(open_as, typed_world):
    answer = open_as(typed_world.reader_one).get("/dashboard")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/dashboard/us.tn.one")


def test_a_plot_says_in_words_what_it_shows():
    drawn = bar("sites & <towers>", [Part("current", 3, "current"), Part("overdue", 1, "overdue")])
    assert 'aria-label="sites &amp; &lt;towers&gt;: 3 current, 1 overdue"' in drawn
    assert re.findall(r'width="([\d.]+)" height="14"', drawn) == ["150.0", "50.0"]
    assert bar("none", [Part("current", 0, "current")]) == Markup("")
    months = [Column("Jan", "January", (Part("kind-0", 2, "licences"),)), Column("Feb", "February", ())]
    assert 'aria-label="Ends. January: 2"' in columns("Ends", months)
    assert columns("Ends", months[1:]) == Markup("")


def test_shares_have_shades_and_unknown_needs_make_an_interval():
    assert [shade_of(one) for one in (None, 0, 1, 49, 50, 74, 75, 89, 90, 100)] == [
        None, 0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    assert [interval(*one) for one in ((0, 0, 0), (2, 2, 5), (2, 4, 5))] == ["none stated", "2 of 5", "2 to 4 of 5"]


DOUBT = re.compile(r'<a href="(/quality\?[^"]+)" aria-label="([^"]+): (\d+)">')


def test_findings_are_counted_as_their_list_has_them(page, open_as, typed_world):
    client = open_as(typed_world.editor_one)
    links = {(href.replace("&amp;", "&"), int(count)) for href, _, count in DOUBT.findall(page.text)}
    assert {"rule=" in href for href, _ in links} == {True, False}, "by rule, and over all rules"
    assert all("owner=us.tn.one" in href for href, _ in links)
    for href, count in links:
        listed = client.get(href).text
        assert re.search(rf"<h3>{count} findings?</h3>", listed), (href, count)
    head = re.search(r'<a href="#doubtful"><strong>(\d+)</strong>', page.text)[1]
    assert f"<h3>{head} findings</h3>" in client.get("/quality?owner=us.tn.one").text


def test_many_records_are_looked_at_on_a_page_of_their_own(open_as, typed_world, page, monkeypatch):
    client = open_as(typed_world.editor_one)
    alone = client.get("/dashboard/us.tn.one/doubtful")
    assert alone.status_code == 200
    counts = sorted(DOUBT.findall(page.text))
    assert sorted(DOUBT.findall(alone.text)) == counts
    monkeypatch.setattr(pages, "MOST_RECORDS", 1)
    # Of the other order no page is kept yet.
    large = client.get("/dashboard/us.tn.one?sort=here&turned=yes").text
    assert 'data-from="/dashboard/us.tn.one/doubtful"' in large
    assert DOUBT.findall(large) == []
    assert client.get("/dashboard/us.tn.one/doubtful").headers["CASM-Marking"] == alone.headers["CASM-Marking"]


def test_findings_called_no_fault_and_those_of_others_are_not_counted(open_as, typed_world):
    client = open_as(typed_world.admin)

    def counted(code, viewer_client):
        return int(re.search(r'href="#doubtful"><strong>(\d+)<', viewer_client.get(f"/dashboard/{code}").text)[1])

    before, of_two = counted("us.tn", client), counted("us.tn.two", client)
    with typed_world.database.session(typed_world.admin) as session:
        found = next(iter(find(session, owner_id=typed_world.one)))
        dismiss(session, found, "as it should be")
    assert counted("us.tn", client) == before - 1
    assert counted("us.tn.two", open_as(typed_world.editor_two)) == of_two
    for code in ("us.tn.one", "us.tn.none"):
        assert open_as(typed_world.editor_two).get(f"/dashboard/{code}/doubtful").status_code == 404
