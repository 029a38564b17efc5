"""Which reader takes which file, decided by what the file holds; each reader gives the writer a stream of rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from casm.db.session import Database
from casm.errors import CasmError
from casm.intake import batches
from casm.intake.added_values import with_added_fields
from casm.intake.batches import FileOrigin
from casm.intake.csv_reader import open_table
from casm.intake.fcc.reader import is_download, open_licences
from casm.intake.mapping import ColumnMapping
from casm.intake.owner_tree import OwnerTree
from casm.intake.row import StreamItem
from casm.sharing.viewer import Viewer

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv"})


@dataclass(frozen=True)
class Request:
    """One path to be taken in. owner_code: owner of rows that name none. name: what messages call the file."""

    path: Path
    owner_code: str
    name: str = ""
    record_class: str | None = None
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    mapping_path: Path | None = None

    @property
    def shown(self) -> str:
        """The file's name in messages."""
        return self.name or self.path.name


@dataclass(frozen=True)
class Opened:
    """A file ready to be taken in. size: bytes, read_so_far: how many of them are behind."""

    origin: FileOrigin
    items: Iterable[StreamItem]
    size: int
    read_so_far: Callable[[], int]


@dataclass(frozen=True)
class Reader:
    """A kind of file: how to know it, how to open it."""

    name: str
    recognises: Callable[[Path], bool]
    open: Callable[[Request, Database, Viewer], Opened]


def _open_table(request: Request, database: Database, viewer: Viewer) -> Opened:
    table = open_table(
        request.path,
        name=request.shown,
        record_class=request.record_class,
        owner_code=request.owner_code,
        mapping=request.mapping,
        extend=lambda spec: with_added_fields(
            spec, database, viewer, (request.mapping.owner or request.owner_code).lower()
        ),
    )
    options = {"mapping": batches.sha256_of([request.mapping_path])} if request.mapping_path else {}
    origin = FileOrigin(
        file_name=request.shown,
        sha256=batches.sha256_of([request.path]),
        reader="csv",
        owner_code=table.owner_code,
        record_class=table.record_class,
        options=options,
    )
    return Opened(origin, table, request.path.stat().st_size, lambda: table.bytes_read)


def _open_fcc(request: Request, database: Database, viewer: Viewer) -> Opened:
    if request.record_class or request.mapping_path:
        raise CasmError("FCC licence files need no class and no mapping.", "leave out --class and --mapping")
    tree = OwnerTree()
    with database.session(viewer) as session:
        tree.load(session)
        owner_id = tree.ids.get(request.owner_code)
        if owner_id is None:
            raise CasmError(f"There is no owner {request.owner_code!r}.", "name another with --owner")
        licences = open_licences(request.path, request.owner_code, session, owner_id)
    origin = FileOrigin(request.shown, batches.sha256_of(licences.paths), "fcc", request.owner_code)
    return Opened(origin, licences, licences.byte_count, lambda: licences.bytes_read)


READERS = (
    Reader("FCC licence files", is_download, _open_fcc),
    Reader("table", lambda path: path.is_file() and path.suffix.lower() in TABLE_SUFFIXES, _open_table),
)


def reader_of(path: Path) -> Reader | None:
    """The first reader that knows the file, None when none does."""
    return next((reader for reader in READERS if reader.recognises(path)), None)
