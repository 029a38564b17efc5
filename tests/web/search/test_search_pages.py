"""The search box on every page, its page of results, and the same as JSON."""

import uuid

import pytest
from sqlalchemy import create_engine, text

from casm.db.tables import Site
from casm.sharing.members import give_membership
from casm.sharing.viewer import Viewer


@pytest.fixture(scope="module")
def reader(client_of, typed_world):
    return client_of(typed_world.reader_one)


def test_the_box_is_on_every_page_and_asks_the_page_of_results(reader):
    for address in ("/records", "/records/site", "/table", "/answers"):
        page = reader.get(address).text
        assert page.count('action="/search"') == 2, address
        assert '<label class="unseen" for="find-all">' in page


def test_what_was_found_is_shown_by_class_with_the_fields_that_matched(reader, typed_world):
    page = reader.get("/search?q=154.265")
    assert page.status_code == 200
    assert page.headers["CASM-Marking"].startswith("TLP:AMBER")
    assert f'/records/channel/{typed_world.records["channel"]}"' in page.text
    assert "Receive frequency (RX): 154.265 MHz" in page.text
    assert 'style="' not in page.text


def test_the_json_says_the_same(reader, typed_world):
    told = reader.get("/api/search?q=sherrif").json
    assert (told["query"], told["all_words"], told["more"]) == ("sherrif", True, False)
    assert told["corrected"] == [{"typed": "sherrif", "on_record": "sheriff"}]
    (agency,) = (group for group in told["classes"] if group["class"] == "agency")
    assert agency["records"][0]["id"] == str(typed_world.records["agency"])
    assert agency["records"][0]["matched"] == [{"field": "Name", "text": "Sheriff"}]
    assert reader.get(agency["records"][0]["href"]).json["title"] == "Sheriff"
    assert told["handling"]["tlp"] == "TLP:AMBER"
    assert told["count"] == sum(group["count"] for group in told["classes"])


def test_one_class_alone_and_no_such_class(reader):
    told = reader.get("/api/search?q=cross+mountain&class=station").json
    assert [group["class"] for group in told["classes"]] == ["station"]
    assert reader.get("/search?q=cross&class=station").status_code == 200
    for address in ("/search?q=x&class=elephant", "/api/search?q=x&class=elephant"):
        assert reader.get(address).status_code == 400
        assert "no such class" in reader.get(address).text


def test_nothing_and_no_question_are_answered_too(reader):
    assert "Typing errors are forgiven" in reader.get("/search").text
    assert "Nothing that you may see" in reader.get("/search?q=zzzzqqqq").text
    assert reader.get("/api/search").json["classes"] == []


def test_hostile_text_is_shown_as_text(reader):
    page = reader.get("/search?q=<script>alert(1)</script>").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_is_hidden_is_found_by_nobody_else(client_of, typed_world):
    other = client_of(typed_world.editor_two)
    for typed in ("cross mountain", "154.265", "WQXY123", "Jo Doe", "sodisp", "crss mountain"):
        assert other.get("/api/search", query_string={"q": typed}).json["classes"] == [], typed


def test_an_area_of_a_grant_holds_in_the_search_too(typed_world, module_database_urls, client_of):
    """A partner is granted sites of one square: the site beside it is not found, not counted, not told."""
    account = uuid.uuid4()
    with create_engine(module_database_urls.migrator).begin() as connection:
        connection.execute(
            text("INSERT INTO casm_gate.account (id, email, name, state, home_owner_id, approved_at) "
                 "VALUES (:id, 'p@two.example', 'Partner', 'active', :home, now())"),
            {"id": account, "home": typed_world.two},
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO casm.sharing_grant (id, owner_id, asset_classes, field_classes, recipient_account_id, "
                 "area, valid_until, granted_by) VALUES (gen_random_uuid(), :owner, '{site}', '{public}', :account, "
                 "ST_Multi(ST_MakeEnvelope(-84.2, 36.3, -84.1, 36.4, 4326)), now() + interval '1 day', 'test')"),
            {"owner": typed_world.one, "account": account},
        )  # fmt: skip
    with typed_world.database.session(typed_world.admin) as session:
        give_membership(session, typed_world.two, account, "agency_reader", ("public",))
        session.add(Site(owner_id=typed_world.one, name="Town Hall Annex", position="SRID=4326;POINT(-84.4 36.2)"))
    partner = client_of(Viewer.of_account("Partner", account, typed_world.two))
    told = partner.get("/api/search?q=town+hall").json
    assert [(one["class"], one["count"]) for one in told["classes"]] == [("site", 1)]
    assert told["classes"][0]["records"][0]["title"] == "Town Hall"
    assert partner.get("/api/search?q=annex").json["classes"] == []
    assert partner.get("/api/search?q=anenx").json["corrected"] == []
    events = typed_world.database
    with events.session(typed_world.admin) as session:
        seen = session.scalars(
            text("SELECT details ->> 'what' FROM casm.audit_event WHERE action = 'saw' ORDER BY at")
        ).all()
    assert seen.count("a search of all records") >= 3
