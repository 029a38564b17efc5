"""Which of four formats a file of outlines is, by its content, and the file put where the reader may open it alone.

What opens a map file by itself tries every format it knows, and some of those name other files or addresses. So the
format is settled here, and the reader is given that one and no other.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from casm.attachments.kinds import GEOJSON, KML, kind_of
from casm.errors import CasmError

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED_BYTES = 300 * 1024 * 1024
MOST_MEMBERS = 200
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED_PARTS = (".shp", ".shx", ".dbf")
GEOPACKAGE = b"SQLite format 3\x00"
# Application id "GPKG", or "GP10" and "GP11" of older editions, at byte 68 of the file.
GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
LISTED = "GeoJSON, a zipped Shapefile, GeoPackage or KML"
COPY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Container:
    """A file on disk and the one driver that may read it."""

    path: Path
    driver: str


def refused(what: str, mend: str = f"give {LISTED}") -> CasmError:
    """The error of a file that is not taken."""
    return CasmError(f"This file of outlines cannot be read: {what}.", mend)


def put_down(content: bytes, folder: Path) -> Container:
    """The content under a name of ours in a folder of its own; CasmError for any other format, bombs included."""
    if len(content) > MOST_BYTES:
        raise refused(f"it has more than {MOST_BYTES >> 20} MiB", "simplify the outlines, or give it in parts")
    if content.startswith(GEOPACKAGE):
        if content[68:72] not in GEOPACKAGE_IDS:
            raise refused("it is a database, and no GeoPackage")
        return _one_file(content, folder / "outlines.gpkg", "GPKG")
    if content.startswith(b"PK\x03\x04"):
        return _shapefile(content, folder)
    begins = content.removeprefix(b"\xef\xbb\xbf")[:1024].lstrip()
    try:
        if begins.startswith(b"<"):
            kind_of(content, KML.endings[0])
            return _one_file(content, folder / "outlines.kml", "KML")
        if begins.startswith(b"{"):
            kind_of(content, GEOJSON.endings[0])
            return _one_file(content, folder / "outlines.geojson", "GeoJSON")
    except CasmError as error:
        raise refused(error.message.removeprefix("This file cannot be attached: ").rstrip(".")) from None
    raise refused("it is none of the formats that are taken")


def _one_file(content: bytes, path: Path, driver: str) -> Container:
    path.write_bytes(content)
    return Container(path, driver)


def _shapefile(content: bytes, folder: Path) -> Container:
    """The parts of the one shapefile in an archive, under names of ours; nothing else of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise refused(f"the archive holds {len(members):,} files", "zip one shapefile alone")
            shapes = [one for one in members if one.filename.lower().endswith(".shp")]
            # What one kind of machine adds to every archive.
            shapes = [one for one in shapes if "__MACOSX" not in one.filename]
            if len(shapes) != 1:
                raise refused(f"the archive holds {len(shapes)} shapefiles", "zip one .shp and what belongs to it")
            stem = shapes[0].filename[:-4]
            parts = {
                one.filename[len(stem) :].lower(): one
                for one in members
                if one.filename.startswith(stem) and one.filename[len(stem) :].lower() in SHAPE_PARTS
            }
            missing = [ending for ending in NEEDED_PARTS if ending not in parts]
            if missing:
                raise refused(f"the shapefile lacks its {', '.join(missing)}", "zip all its files together")
            left = MOST_UNPACKED_BYTES
            for ending, member in parts.items():
                left -= _unpack(archive, member, folder / f"outlines{ending}", left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        raise refused("it is an archive that cannot be unpacked", "zip it anew, without a password") from None
    return Container(folder / "outlines.shp", "ESRI Shapefile")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, most: int) -> int:
    """Unpack a member as far as it may go; how many bytes it really had, whatever its header says."""
    written = 0
    with archive.open(member) as packed, path.open("wb") as out:
        while block := packed.read(COPY_BYTES):
            written += len(block)
            if written > most:
                raise refused(f"it unpacks to more than {MOST_UNPACKED_BYTES >> 20} MiB", "simplify the outlines")
            out.write(block)
    return written
