"""A grant shows what is attached to a record, and takes it away again: page, file and thumbnail, within one request."""

import pytest
from borrowed import borrow

from casm.attachments.attach import Upload, attach
from casm.sharing.viewer import Viewer

photo = borrow("casm/attachments/conftest.py").photo
newest_grant = borrow("web/sharing/test_grant_pages.py").newest_grant
fields = borrow("web/sharing/test_grant_pages.py").fields


@pytest.fixture
def files(world, photo):
    """The address of a photo of Campbell County's site."""
    with world.database.session(Viewer.local_administrator()) as session:
        file_id = attach(session, "site", world.ridge, Upload("door.jpg", photo), sensitivity="internal").id
    return f"/records/site/{world.ridge}/files/{file_id}"


def test_a_revoked_grant_takes_files_and_thumbnails_away_with_the_next_request(browser_of, fields, files, photo):
    ann, ray = browser_of("ann"), browser_of("ray")
    ray.get(files, 404)
    ann.post("/sharing/give", fields, page="/sharing/give")
    whole, small = ray.get(f"{files}/download"), ray.get(f"{files}/thumbnail")
    assert whole.data == photo
    assert small.mimetype == "image/jpeg"
    assert files.rpartition("/")[2] in ray.text(f"/api{files.rpartition('/')[0]}")
    ann.post(f"/sharing/grants/{newest_grant(ann.text('/sharing'))}")
    record = files.partition("/files")[0]
    for address in (f"{files}/thumbnail", f"{files}/download", files, f"/api{record}/files", record):
        ray.get(address, 404)
    # Not by the tag of what was seen before, either.
    for seen, address in ((whole, "download"), (small, "thumbnail")):
        tag = {"If-None-Match": seen.headers.get("ETag", "*")}
        assert ray.client.get(f"{files}/{address}", headers=tag).status_code == 404
    assert ann.get(f"{files}/download").data == photo
