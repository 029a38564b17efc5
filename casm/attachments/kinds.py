"""What kind of file a content is, told from its bytes alone, against the list of those that may be attached.

Nothing is unpacked and nothing is run: archives are looked at by their table of contents and one small member. What is
served later is never shown by the browser in our own pages, so a content that is two things at once is only ever the
kind that it was taken for.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from casm.errors import CasmError


@dataclass(frozen=True)
class Kind:
    """A kind of file. words: as messages say it. endings: those a file name may have. picture: as Pillow calls it."""

    words: str
    media_type: str
    endings: tuple[str, ...]
    picture: str | None = None


PDF = Kind("PDF", "application/pdf", ("pdf",))
PNG = Kind("PNG picture", "image/png", ("png",), "PNG")
JPEG = Kind("JPEG picture", "image/jpeg", ("jpg", "jpeg", "jpe"), "JPEG")
WEBP = Kind("WebP picture", "image/webp", ("webp",), "WEBP")
GIF = Kind("GIF picture", "image/gif", ("gif",), "GIF")
DOCX = Kind(
    "Word document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)
)  # fmt: skip
XLSX = Kind("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
PPTX = Kind(
    "PowerPoint presentation", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",)
)
ODT = Kind("OpenDocument text", "application/vnd.oasis.opendocument.text", ("odt",))
ODS = Kind("OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", ("ods",))
ODP = Kind("OpenDocument presentation", "application/vnd.oasis.opendocument.presentation", ("odp",))
GPX = Kind("GPX track", "application/gpx+xml", ("gpx",))
KML = Kind("KML file", "application/vnd.google-earth.kml+xml", ("kml",))
GEOJSON = Kind("GeoJSON file", "application/geo+json", ("geojson", "json"))
CSV = Kind("table of text", "text/csv", ("csv", "tsv"))
TEXT = Kind("plain text", "text/plain", ("txt", "log", "md"))
KINDS = (PDF, PNG, JPEG, WEBP, GIF, DOCX, XLSX, PPTX, ODT, ODS, ODP, GPX, KML, GEOJSON, CSV, TEXT)
OF_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}
LISTED = "PDF, PNG, JPEG, WebP, GIF, DOCX, XLSX, PPTX, ODT, ODS, ODP, GPX, KML, GeoJSON, CSV or plain text"

# An office document of a thousand pictures has fewer; a bomb has more, or grows more.
MOST_MEMBERS = 5_000
MOST_UNPACKED_BYTES = 500 * 1024 * 1024
MOST_MEMBER_HEAD_BYTES = 1024 * 1024
MAIN_PARTS = {
    "wordprocessingml.document.main+xml": DOCX,
    "spreadsheetml.sheet.main+xml": XLSX,
    "presentationml.presentation.main+xml": PPTX,
}
OPEN_DOCUMENTS = {kind.media_type.encode(): kind for kind in (ODT, ODS, ODP)}
MACROS = re.compile(r"vbaproject|macrosheets/|activex/|(^|/)basic/|(^|/)scripts/", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
ROOTS = {
    ("http://www.topografix.com/GPX/1/1", "gpx"): GPX,
    ("http://www.topografix.com/GPX/1/0", "gpx"): GPX,
    ("http://www.opengis.net/kml/2.2", "kml"): KML,
}
GEOJSON_TYPES = {"FeatureCollection", "Feature", "GeometryCollection", "Point", "LineString", "Polygon",
                 "MultiPoint", "MultiLineString", "MultiPolygon"}  # fmt: skip


def refused(what: str, mend: str = f"attach a {LISTED}") -> CasmError:
    """The error of a content that is not taken."""
    return CasmError(f"This file cannot be attached: {what}.", mend)


def kind_of(content: bytes, ending: str) -> Kind:
    """The kind of a content; CasmError when it is none of the list, or not what the ending of its name says.

    ending: of the file's name, in lower case, without the dot.
    """
    kind = _told(content, ending)
    if ending not in kind.endings:
        raise refused(
            f"its name ends in .{ending}, and it holds a {kind.words}" if ending else "its name has no ending",
            f"name it with .{kind.endings[0]} if that is what it should be",
        )
    return kind


def _told(content: bytes, ending: str) -> Kind:
    if not content:
        raise refused("it is empty", "choose the file again")
    for begins, tell in BEGINNINGS:
        if content.startswith(begins):
            return tell(content)
    return _text(content, ending)


def _pdf(content: bytes) -> Kind:
    if b"%%EOF" not in content[-2048:]:
        raise refused("it begins as a PDF and has no end of one", "save it anew, or upload it again")
    return PDF


def _riff(content: bytes) -> Kind:
    if content[8:12] != b"WEBP":
        raise refused("it is a sound or a film")
    return WEBP


def _archive(content: bytes) -> Kind:
    """An office document by what its table of contents says; other archives are refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED_BYTES:
                raise refused("it is an archive that unpacks to far more than it says", "attach the documents in it")
            names = {one.filename for one in members}
            if any(MACROS.search(name) for name in names):
                raise refused("it holds macros, which run programs", "save it without them, as .docx, .xlsx or .pdf")
            if members and members[0].filename == "mimetype":
                kind = OPEN_DOCUMENTS.get(_head(archive, "mimetype").strip())
                if kind is not None:
                    return kind
            if "[Content_Types].xml" in names:
                told = _head(archive, "[Content_Types].xml").decode("utf-8", "replace")
                if "macroEnabled" in told:
                    raise refused("it holds macros, which run programs", "save it without them, as .docx or .xlsx")
                for part, kind in MAIN_PARTS.items():
                    if part in told:
                        return kind
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise refused("it is an archive that cannot be read", "save it anew") from None
    raise refused("it is an archive (ZIP)", "attach the documents in it one by one")


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a member; never more of it than that is unpacked."""
    with archive.open(name) as member:
        return member.read(MOST_MEMBER_HEAD_BYTES)


def _text(content: bytes, ending: str) -> Kind:
    plain = content.removeprefix(b"\xef\xbb\xbf")
    if CONTROLS.search(plain):
        raise refused("what it holds is of no kind that can be attached")
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError:
        try:
            plain.decode("cp1252")
        except UnicodeDecodeError:
            raise refused("what it holds is of no kind that can be attached") from None
    begins = plain[:1024].lstrip().lower()
    if begins.startswith(b"<"):
        return _markup(plain)
    if begins.startswith((b"{", b"[")) and ending in GEOJSON.endings:
        return _geojson(plain)
    if re.search(rb"<\s*(!doctype|html|script|svg|iframe|body)\b", begins):
        raise refused("it holds a web page")
    return CSV if ending in CSV.endings else TEXT


def _markup(content: bytes) -> Kind:
    """GPX or KML by the root element; web pages, drawings with scripts and documents with a DTD are refused."""
    root: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, _attributes: object) -> None:
        if not root:
            root.append(name)

    def no_doctype(*_told: object) -> None:
        raise refused("it holds a web page, or XML with a document type of its own")

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = no_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise refused("it holds a web page, or XML that cannot be read") from None
    namespace, _, name = root[0].rpartition(" ")
    kind = ROOTS.get((namespace, name))
    if kind is None and name.lower() in ("html", "body", "script"):
        raise refused("it holds a web page")
    if kind is None:
        raise refused(f"it holds XML of another kind ({name[:40]})")
    return kind


def _geojson(content: bytes) -> Kind:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise refused("it is JSON that cannot be read", "save it anew") from None
    if not isinstance(told, dict) or told.get("type") not in GEOJSON_TYPES:
        raise refused("it is JSON, and no GeoJSON")
    return GEOJSON


BEGINNINGS: tuple[tuple[bytes, Callable[[bytes], Kind]], ...] = (
    (b"%PDF-", _pdf),
    (b"\x89PNG\r\n\x1a\n", lambda _content: PNG),
    (b"\xff\xd8\xff", lambda _content: JPEG),
    (b"GIF87a", lambda _content: GIF),
    (b"GIF89a", lambda _content: GIF),
    (b"RIFF", _riff),
    (b"PK\x03\x04", _archive),
)
