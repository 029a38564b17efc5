"""Files on records through HTTP: attached by a form, downloaded shut, replaced from a version, foreign like missing."""

import io
import re
import uuid

import pytest

PHOTO, NOTE = "shelter door.jpg", "notes.txt"


def send(browser, address: str, content: bytes, name: str, **more):
    """Send a file by the form of a page."""
    _action, values = browser.form(address)
    return browser.post(address, data={**{key: value[0] for key, value in values.items()}, **more,
                                       "file": (io.BytesIO(content), name)})  # fmt: skip


@pytest.fixture
def site(typed_world):
    return f"/records/site/{typed_world.records['site']}"


def attached(browser, site: str, content: bytes, name: str, **more) -> str:
    """The address of a file that was just attached."""
    answer = send(browser, f"{site}/files/new", content, name, **more)
    assert answer.status_code == 303, answer.text
    page = browser.get(site).text
    return re.search(rf'href="({site}/files/[0-9a-f-]{{36}})"', page)[1]


def test_a_photo_is_attached_shown_small_and_downloaded_shut(open_as, typed_world, site, photo):
    browser = open_as(typed_world.editor_one)
    address = attached(browser, site, photo, PHOTO, caption="the <b>door</b>")
    page = browser.get(site).text
    assert "the &lt;b&gt;door&lt;/b&gt;" in page
    assert "says where it was taken" in page
    assert f'src="{address}/thumbnail"' in page
    assert re.search(r"shelter door\.jpg <span class=\"hint\">added by Ed One", page)
    got = browser.get(f"{address}/download")
    assert got.data == photo
    assert got.headers["Content-Disposition"] == 'attachment; filename="shelter door.TLP-AMBER.jpg"'
    assert got.headers["Content-Type"] == "image/jpeg"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in got.headers["Cache-Control"]
    assert "TLP:AMBER" in got.headers["CASM-Marking"]
    small = browser.get(f"{address}/thumbnail")
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    assert len(small.data) < len(photo) * 3
    assert b"Exif" not in small.data


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"<html><script>alert(1)</script></html>", "page.html", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", "another kind"),
        (b"GIF89a<script>alert(1)</script>", "a.gif", "cannot be read as a picture"),
        (b"%PDF-1.7\n%%EOF", "a.jpg", "it holds a PDF"),
        (b"", "a.txt", "it is empty"),
    ],
)
def test_what_may_not_be_attached_is_refused_in_words_and_nothing_is_stored(
    open_as, typed_world, site, content, name, reason
):
    browser = open_as(typed_world.editor_one)
    before = browser.get(f"/api{site}/files").json["files"]
    answer = send(browser, f"{site}/files/new", content, name)
    assert answer.status_code == 422
    assert reason in answer.text
    assert browser.get(f"/api{site}/files").json["files"] == before


def test_a_file_larger_than_its_limit_is_turned_away_and_other_pages_take_no_more_than_before(
    open_as, typed_world, site
):
    browser = open_as(typed_world.editor_one)
    large = b"x" * (21 * 1024 * 1024)
    assert send(browser, f"{site}/files/new", large, NOTE).status_code == 413
    assert send(browser, f"{site}/files/new", large[: 3 * 1024 * 1024], NOTE).status_code == 303
    _action, values = browser.form(f"{site}/edit")
    assert browser.post(f"{site}/edit", data={**values, "field-remarks": "x" * (3 * 1024 * 1024)}).status_code == 413


def test_programs_add_replace_and_retire_with_if_match(open_as, typed_world, site):
    browser = open_as(typed_world.editor_one)
    token = {"X-CSRFToken": browser.token()}
    made = browser.post(f"/api{site}/files", data={"file": (io.BytesIO(b"one\n"), NOTE)}, headers=token)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    address = made.headers["Location"]

    def put(content: bytes, **headers):
        return browser.client.put(address, data={"file": (io.BytesIO(content), NOTE)}, headers={**token, **headers})

    assert put(b"two\n").status_code == 428
    assert put(b"two\n", **{"If-Match": '"7"'}).status_code == 412
    changed = put(b"two\n", **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json["content_number"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert browser.get(f"{changed.json['download']}?number=1").data == b"one\n"
    assert browser.get(f"{changed.json['download']}?number=9").status_code == 404
    assert browser.delete(address, headers={**token, "If-Match": '"1"'}).status_code == 412
    assert browser.delete(address, headers={**token, "If-Match": '"2"'}).json["status"] == "retired"
    back = browser.post(f"{address}/bring-back", headers={**token, "If-Match": '"3"'})
    assert back.json["status"] == "active"


def test_a_form_that_is_out_of_date_changes_nothing(open_as, typed_world, site):
    browser = open_as(typed_world.editor_one)
    address = attached(browser, site, b"first\n", NOTE)
    _action, values = browser.form(address)
    token = values["csrf_token"][0]

    def replace(content: bytes):
        return browser.post(f"{address}/replace", data={"csrf_token": token, "version": "1",
                                                        "file": (io.BytesIO(content), NOTE)})  # fmt: skip

    assert replace(b"second\n").status_code == 303
    late = replace(b"third\n")
    assert late.status_code == 409
    assert "changed this file meanwhile" in late.text
    assert browser.get(f"{address}/download").data == b"second\n"


def test_foreign_and_missing_files_are_told_alike_and_readers_cannot_write(open_as, typed_world, site, photo):
    owner = open_as(typed_world.editor_one)
    address = attached(owner, site, photo, PHOTO)
    missing = f"{site}/files/{uuid.uuid4()}"
    other, reader = open_as(typed_world.editor_two), open_as(typed_world.reader_one)
    for tail in ("", "/download", "/thumbnail"):
        answers = [other.get(one + tail) for one in (address, missing)]
        assert [one.status_code for one in answers] == [404, 404]
        assert reader.get(address + tail).status_code == 200
    assert reader.get(f"{site}/files/new").status_code == 403
    assert "Attach a file" not in reader.get(site).text
    elsewhere = address.replace(str(typed_world.records["site"]), str(typed_world.records["agency"]))
    assert owner.get(elsewhere).status_code == 404
    assert owner.get(elsewhere.replace("/site/", "/agency/")).status_code == 404
