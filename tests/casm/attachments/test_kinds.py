"""What may be attached is told from the content: hostile, disguised and broken files are refused in words."""

import io
import zipfile

import pytest
from PIL import Image

from casm.attachments.file_names import ending_of, safe_name
from casm.attachments.kinds import CSV, DOCX, GEOJSON, GIF, GPX, JPEG, KML, ODT, PDF, PNG, TEXT, WEBP, XLSX, kind_of
from casm.attachments.pictures import look_at
from casm.errors import CasmError

PDF_BYTES = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def picture(picture_format: str, size=(60, 40), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, picture_format, **more)
    return out.getvalue()


def archive(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def office(main_part: str, **more: bytes) -> bytes:
    return archive({"[Content_Types].xml": f'<Types><Override ContentType="{main_part}"/></Types>', **more})


TAKEN = [
    ("a.pdf", PDF_BYTES, PDF),
    ("a.png", picture("PNG"), PNG),
    ("a.JPG", picture("JPEG"), JPEG),
    ("a.webp", picture("WEBP"), WEBP),
    ("a.gif", picture("GIF"), GIF),
    ("a.docx", office(WORD), DOCX),
    ("a.xlsx", office(EXCEL), XLSX),
    ("a.odt", archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), ODT),
    ("a.gpx", b'<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"/>', GPX),
    ("a.kml", b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>', KML),
    ("a.geojson", b'{"type": "FeatureCollection", "features": []}', GEOJSON),
    ("a.csv", "name;height\nMünster;30\n".encode(), CSV),
    ("a.csv", "name;height\nMünster;30\n".encode("cp1252"), CSV),
    ("a.txt", b"a < b and c > d\n", TEXT),
]


@pytest.mark.parametrize(("name", "content", "kind"), TAKEN, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(TAKEN)])
def test_each_kind_of_the_list_is_known_by_its_content(name, content, kind):
    assert kind_of(content, ending_of(name)) == kind


REFUSED = [
    ("empty.txt", b"", "empty"),
    ("photo.jpg", PDF_BYTES, "ends in .jpg, and it holds a PDF"),
    ("photo.exe", picture("PNG"), "ends in .exe"),
    ("noending", picture("PNG"), "no ending"),
    ("page.html", b"<!doctype html><script>alert(1)</script>", "web page"),
    ("page.txt", b"<html><body onload=alert(1)>", "web page"),
    ("page.txt", b"\xef\xbb\xbf  <script>alert(1)</script>", "web page|another kind"),
    ("page.csv", b"name\n<script>alert(1)</script>\n", "web page"),
    ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "another kind"),
    ("drawing.kml", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "another kind"),
    ("xxe.kml", b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>', "document type"),
    ("bomb.kml", b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>', "document type"),
    ("raster.vrt", b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "another kind"),
    ("map.geojson", b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "another kind"),
    ("map.geojson", b'{"type": "Topology"}', "no GeoJSON"),
    ("map.geojson", b'{"type":' + b"[" * 100_000, "cannot be read"),
    ("half.pdf", b"%PDF-1.7\nbut no more", "no end"),
    ("film.webp", b"RIFF\x00\x00\x00\x00AVI LIST", "sound or a film"),
    ("program.txt", b"MZ\x90\x00\x03", "no kind that can be attached"),
    ("program.pdf", b"\x7fELF\x02\x01", "no kind that can be attached"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "no kind that can be attached"),
    ("many.zip", archive({"a.txt": "x"}), "an archive"),
    ("macro.docx", office(WORD, **{"word/vbaProject.bin": b"x"}), "macros"),
    ("macro.docx", office(WORD.replace("main", "macroEnabled.main")), "macros|archive"),
    ("macro.odt", archive({"mimetype": "application/vnd.oasis.opendocument.text", "Basic/s.xml": ""}), "macros"),
    ("bomb.docx", office(WORD, **{f"word/{n}": b"\x00" * 60_000_000 for n in range(9)}), "far more than it says"),
    ("broken.docx", office(WORD)[:-30], "cannot be read"),
]


@pytest.mark.parametrize(
    ("name", "content", "reason"), REFUSED, ids=[f"{n}-{name}" for n, (name, *_) in enumerate(REFUSED)]
)
def test_what_is_not_on_the_list_or_is_disguised_is_refused_with_a_mend(name, content, reason):
    with pytest.raises(CasmError, match=reason) as caught:
        kind_of(content, ending_of(name))
    assert caught.value.mend


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\photo.JPG", "photo.jpg"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "ab__Set-Cookie_ x.pdf"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("con.txt", "_con.txt"),
        ("", "file"),
        ("..", "file"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("x" * 300 + ".docx", "x" * 95 + ".docx"),
        ("Übersicht Türme.pdf", "Übersicht Türme.pdf"),
    ],
)
def test_a_name_is_made_safe(written, safe):
    found = safe_name(written)
    assert found == safe or (written.startswith("a\x00") and "\r" not in found and "\n" not in found)
    assert len(found) <= 100


def exif_with_position() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 30.0, 0.0), 3: "W", 4: (84.0, 12.0, 0.0)})
    return exif


def test_a_small_picture_holds_nothing_that_the_camera_wrote(tmp_path):
    photo = picture("JPEG", (1200, 800), exif=exif_with_position(), comment=b"SecretComment")
    assert b"SecretCamera" in photo
    seen = look_at(photo, "JPEG")
    assert (seen.width_px, seen.height_px, seen.has_position) == (1200, 800, True)
    assert b"Secret" not in seen.thumbnail
    small = Image.open(io.BytesIO(seen.thumbnail))
    assert small.size == (480, 320)
    assert not small.getexif()
    assert set(small.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert look_at(picture("PNG"), "PNG").has_position is False


def test_a_picture_that_is_turned_is_shown_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = look_at(picture("JPEG", (400, 200), exif=exif), "JPEG")
    assert Image.open(io.BytesIO(seen.thumbnail)).size == (200, 400)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge, in a few hundred bytes: what is compressed are rows of one colour."""
    import struct
    import zlib

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (width // 8 + 1) * min(height, 50), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "picture_format", "reason"),
    [
        (bomb(50_000, 50_000), "PNG", "may have 64,000,000 in all"),
        (picture("PNG", (900, 900))[:300], "PNG", "cannot be read as a picture"),
        (picture("JPEG")[:200], "JPEG", "cannot be read as a picture"),
        (b"GIF89a<script>alert(1)</script>", "GIF", "cannot be read as a picture"),
        (picture("PNG"), "JPEG", "cannot be read as a picture"),
    ],
    ids=["dots", "cut off", "cut JPEG", "page as GIF", "other format"],
)
def test_a_bomb_or_a_broken_picture_is_refused_by_the_child(content, picture_format, reason):
    assert len(content) < 100_000
    with pytest.raises(CasmError, match=reason):
        look_at(content, picture_format)
