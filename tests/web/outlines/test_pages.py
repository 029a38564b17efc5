"""Outlines uploaded on a page: looked at first, then taken in, by who uploaded them alone."""

import io
import json
import re

import shapely


def geojson(*shapes) -> bytes:
    features = [
        {"type": "Feature", "properties": {"NAME": f"City <{n}>", "GEOID": f"470{n}"},
         "geometry": json.loads(shapely.to_geojson(shape))}
        for n, shape in enumerate(shapes, 1)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


CONTENT = geojson(shapely.box(-84.4, 36.2, -84.2, 36.4), shapely.Point(-84, 36))


def upload(browser, content=CONTENT, name="cities.geojson", **more):
    action, values = browser.form("/outlines")
    plain = {key: one[0] for key, one in values.items()}
    return browser.post(action, data={**plain, "owner": "us.tn.one", "kind": "city", **more,
                                      "file": (io.BytesIO(content), name)})  # fmt: skip


def test_a_file_is_looked_at_and_then_taken_in_once(open_as, typed_world):
    browser = open_as(typed_world.editor_one)
    look = upload(browser)
    assert look.status_code == 200
    assert "make 1 new, change 0" in look.text
    assert "City &lt;1&gt;" in look.text
    assert "it is a Point, not an area" in look.text
    assert '"City \\u003c1\\u003e"' in look.text
    assert "City &lt;1&gt;" not in browser.get("/records/jurisdiction").text
    action, values = browser.form_of("/outlines", look.text)
    plain = {key: one[0] for key, one in values.items()}
    taken = browser.post(action, data=plain)
    assert taken.status_code == 303
    assert "City &lt;1&gt;" in browser.get("/records/jurisdiction").text
    assert browser.post(action, data=plain).status_code == 422
    assert "leave 1 as they are" in upload(browser).text


def test_what_waits_is_for_who_uploaded_it(open_as, typed_world):
    look = upload(open_as(typed_world.editor_one))
    other = open_as(typed_world.editor_two_of_one)
    action = re.search(r'action="(/outlines/[\w-]{32}/take)"', look.text)[1]
    _form, values = other.form("/outlines")
    data = {"csrf_token": values["csrf_token"][0], "owner": "us.tn.one", "kind": "city"}
    answers = [other.post(one, data=data) for one in (action, "/outlines/" + "A" * 32 + "/take")]
    assert [one.status_code for one in answers] == [422, 422]
    assert "not waiting any more" in answers[0].text


def test_an_owner_of_others_and_a_file_of_another_kind_are_refused_in_words(open_as, typed_world):
    browser = open_as(typed_world.editor_one)
    assert "whose rows you may write" in upload(browser, owner="us.tn.two").text
    vrt = b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>'
    for content, name in ((vrt, "map.geojson"), (b"PK\x03\x04", "a.zip"), (b"", "a.kml")):
        answer = upload(browser, content, name)
        assert answer.status_code == 422
        assert "cannot be read" in answer.text
