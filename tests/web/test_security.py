"""Headers, limits and refusals of every address: what a hostile request is told, and what is written of it."""

import json
import logging
import re

import pytest
from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from casm.errors import CasmError
from web import create_app, csp_report, limits
from web.access import ACCESS_OF_ENDPOINT
from web.config import WebConfig, map_reader, web_config
from web.security import FIXED, policy

PAGES = ("/", "/table", "/health", "/nowhere", "/api/explain", "/static/site.css", "/assets/leaflet/leaflet.js")
SECRET = "s3cr3t-0f-4-sh4re-l1nk-th4t-0pens-a-map"
TELLS = re.compile(r"Traceback|/var/|/home|\.py\b|SELECT|psycopg|sqlalchemy|Werkzeug|gunicorn|\d+\.\d+\.\d+", re.I)
FIELD = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n'

# Asked for a form's token are browsers alone; what is tested here comes before and after that.
A_PROGRAM = {"Authorization": "Bearer of-nothing"}

planted = Blueprint("planted", __name__)


@planted.post("/planted/form")
def form():
    """Read a form."""
    from flask import request

    return {"fields": len(request.form)}


@planted.get("/planted/<what>/<token>")
def fail(what: str, token: str):
    """Fail in one of the ways a page can."""
    if what == "crash":
        raise RuntimeError(f"broken at {__file__}")
    if what == "path":
        raise CasmError("The folder /var/lib/casm/database is closed.", "chmod it")
    if what == "words":
        raise CasmError("The tower has no height.", "state its height")
    if what == "statement":
        with web_config().database.engine.connect() as connection:
            connection.execute(text("SELECT no_such_column, :hidden"), {"hidden": SECRET})
    if what == "row":
        raise IntegrityError("INSERT", {"password": SECRET}, Exception(f"Failing row contains ({SECRET})"))
    return {"fine": True}


@pytest.fixture(scope="module")
def make_app(module_database, ids):
    """Make the application with settings of a test's own, and pages that fail."""

    def made(**settings):
        for endpoint in ("planted.form", "planted.fail"):
            patch.setitem(ACCESS_OF_ENDPOINT, endpoint, "public")
        app = create_app(WebConfig(module_database, map_reader(), **settings))
        app.register_blueprint(planted)
        return app

    with pytest.MonkeyPatch.context() as patch:
        yield made


@pytest.fixture(scope="module")
def hostile(make_app):
    """The application with pages that fail."""
    return make_app()


@pytest.fixture
def asker(hostile):
    """A client of it."""
    return hostile.test_client()


@pytest.fixture
def written():
    """Everything the program logs in a test."""
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    keep, root = Keep(), logging.getLogger("casm")
    before = root.level
    root.addHandler(keep)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(keep)
    root.setLevel(before)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_every_header(asker, path):
    headers = asker.get(path).headers
    for name, value in FIXED.items():
        assert headers[name] == value
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-Id"])
    directives = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["report-uri"] == csp_report.PATH
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Server" not in headers
    assert "Strict-Transport-Security" not in headers


def test_the_policy_without_a_nonce_runs_nothing_inline():
    assert "nonce" not in policy()
    assert policy("abc").count("'nonce-abc'") == 2


def test_only_behind_tls_browsers_are_told_to_insist_on_it(make_app):
    behind_tls = make_app(public_url="https://radio.example.gov").test_client()
    assert behind_tls.get("/health").headers["Strict-Transport-Security"] == "max-age=31536000"
    in_clear = make_app(public_url="http://radio.example.gov").test_client()
    assert "Strict-Transport-Security" not in in_clear.get("/health").headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "null"}, 200),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "http://localhost.attacker.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
    ],
)
def test_a_change_caused_by_another_site_is_refused(asker, headers, status):
    answer = asker.post("/planted/form", data={"a": "b"}, headers=headers | A_PROGRAM)
    assert answer.status_code == status


def test_reading_may_be_caused_by_another_site(asker):
    # A link on a county's own page leads to the map; what may change nothing needs no such proof.
    assert asker.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a=" + b"x" * limits.MOST_BYTES, "application/x-www-form-urlencoded"),
        (FIELD + b"x" * limits.MOST_FIELD_BYTES + b"x\r\n--b--", "multipart/form-data; boundary=b"),
        ((FIELD + b"x\r\n") * (limits.MOST_FORM_PARTS + 1) + b"--b--", "multipart/form-data; boundary=b"),
    ],
)
def test_what_is_too_large_is_refused_in_words(asker, body, kind):
    answer = asker.post("/planted/form", data=body, content_type=kind)
    assert answer.status_code == 413
    assert "larger than this address takes" in answer.text


def test_a_form_of_fair_size_is_taken(asker):
    answer = asker.post("/planted/form", data={"outline": "x" * 1_000_000}, headers=A_PROGRAM)
    assert answer.json == {"fields": 1}


@pytest.mark.parametrize("what", ["crash", "path", "statement", "row"])
def test_a_failure_reveals_nothing_and_is_found_in_the_log(asker, written, what):
    answer = asker.get(f"/planted/{what}/{SECRET}?q={SECRET}")
    assert answer.status_code == 500
    assert not TELLS.search(re.sub(r"<link[^>]*>", "", answer.text))
    assert SECRET not in answer.text
    reference = answer.headers["X-Request-Id"]
    assert f"<code>{reference}</code>" in answer.text
    about = [line for line in written if reference in line]
    assert len(about) == 2
    assert "test_security.py" in about[0]
    assert not [line for line in written if SECRET in line]
    assert json.loads(about[1])["path"] == f"/planted/{what}/…"


def test_a_mend_for_people_is_shown(asker):
    answer = asker.get("/planted/words/x")
    assert "The tower has no height." in answer.text
    assert "state its height" in answer.text


def test_programs_get_a_problem_document(asker):
    answer = asker.get("/api/explain")
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 400
    assert "instance" not in answer.json


def test_a_line_is_written_for_each_request(asker, written):
    asker.get(f"/api/explain?lat=36.3&lon=-84.3&q={SECRET}", environ_overrides={"REMOTE_ADDR": "127.0.0.7"})
    (line,) = [json.loads(line) for line in written if line.startswith("{")]
    assert (line["from"], line["method"], line["path"], line["status"]) == ("127.0.0.7", "GET", "/api/explain", 200)
    assert line["ms"] > 0
    assert line["bytes"] > 0


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/s/{SECRET}/", "/s/…"),
        (f"/{SECRET}", f"/{SECRET[:20]}/…"),
        ("/nowhere", "/nowhere"),
        (f"/a/b/{SECRET}", "/a/…"),
    ],
)
def test_an_address_that_nothing_answers_is_not_written_out(asker, written, path, shown):
    assert asker.get(path).status_code == 404
    (line,) = [json.loads(line) for line in written]
    assert line["path"] == shown
    assert SECRET not in json.dumps(line)


def test_a_line_break_in_a_request_makes_no_line_of_its_own(asker, written):
    asker.get("/planted/fine%0A%7B%22forged%22:1%7D/x")
    (line,) = written
    assert "\n" not in line


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_only_our_own_proxy_names_a_request(make_app, behind_proxy):
    given = "0123456789abcdef" * 2
    client = make_app(behind_proxy=behind_proxy).test_client()
    named = client.get("/health", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert (named == given) is behind_proxy
    forged = client.get("/health", headers={"X-Request-Id": "x" * 32}).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", forged)


REPORT = {
    "csp-report": {
        "document-uri": f"https://radio.example.gov/s/{SECRET}",
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline",
    }
}


def test_a_report_is_a_line_without_secrets(asker, written):
    answer = asker.post(
        csp_report.PATH, data=json.dumps(REPORT), content_type="application/csp-report",
        headers={"Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    assert answer.status_code == 204
    line = json.loads(written[0])
    assert (line["directive"], line["refused"], line["page"]) == (
        "script-src-elem", "inline", "https://radio.example.gov/s",
    )  # fmt: skip
    assert not [line for line in written if SECRET in line]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"csp-report": 5}', b'[{"body": {"effectiveDirective": ["x"]}}]', b'"x"', b"\xff\xfe"]
)
def test_a_strange_report_is_no_error(asker, body):
    assert asker.post(csp_report.PATH, data=body, content_type="application/csp-report").status_code == 204


def test_a_large_or_foreign_report_is_refused(asker):
    large = b"x" * (csp_report.MOST_BYTES + 1)
    assert asker.post(csp_report.PATH, data=large, content_type="application/csp-report").status_code == 413
    assert asker.post(csp_report.PATH, data=b"<x/>", content_type="text/xml").status_code == 415


def test_reports_are_counted_out(make_app):
    client = make_app(rate_limits=True).test_client()
    statuses = [
        client.post(csp_report.PATH, data="{}", content_type="application/csp-report").status_code for _ in range(61)
    ]
    assert statuses.count(204) == 60
    assert statuses[-1] == 429


def test_who_asks_too_often_is_told_to_wait_and_others_are_not(make_app):
    client = make_app(rate_limits=True).test_client(use_cookies=False)

    def ask(cookie):
        return client.get("/table", headers={"Cookie": cookie})

    answers = [ask("session=a") for _ in range(121)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "Wait a minute" in refused.text
    assert ask("session=b").status_code == 200


def test_made_up_credentials_do_not_pass_the_limit_of_an_address(make_app, monkeypatch):
    monkeypatch.setattr(limits, "RATE_OF_AN_ADDRESS", "20 per minute")
    client = make_app(rate_limits=True).test_client()

    def ask(number, address):
        return client.get(
            "/health", headers={"Authorization": f"Bearer {number}"}, environ_overrides={"REMOTE_ADDR": address}
        ).status_code

    assert [ask(number, "192.0.2.7") for number in range(21)] == [200] * 20 + [429]
    assert ask(0, "192.0.2.8") == 200
