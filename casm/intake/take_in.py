"""Take in a file, or a folder of many in the order in which they refer to one another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from casm.db.session import Database
from casm.errors import CasmError
from casm.intake.classes.every import class_of_name
from casm.intake.problem import ERROR, Problem
from casm.intake.readers import Opened, Request, reader_of
from casm.intake.report import ImportReport
from casm.intake.shapes import DEPENDENCY_ORDER
from casm.intake.writer import Writer
from casm.sharing.viewer import Viewer

MOST_FILES = 10_000


@dataclass
class Watch:
    """Hears how the import goes on: a file begun (name, bytes), then bytes done of it."""

    begin: Callable[[str, int], None] = lambda _name, _size: None
    advance: Callable[[int], None] = lambda _done: None


@dataclass
class TakenIn:
    """What became of every file: reports of those read, and refusals of those that could not be."""

    reports: list[ImportReport] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


def take_in(
    database: Database,
    viewer: Viewer,
    request: Request,
    *,
    dry_run: bool = False,
    watch: Watch | None = None,
) -> TakenIn:
    """Take in one file or folder. CasmError for a single file that cannot be read; in a folder it is refused alone."""
    watch = watch or Watch()
    if not request.path.exists():
        raise CasmError(f"There is no file or folder {request.path}.", "check the path")
    with Writer(database, viewer, dry_run=dry_run) as writer:
        if request.path.is_dir() and reader_of(request.path) is None:
            return _folder(writer, database, viewer, request, watch)
        taken = TakenIn()
        taken.reports.append(_file(writer, database, viewer, request, watch))
        return taken


def _file(writer: Writer, database: Database, viewer: Viewer, request: Request, watch: Watch) -> ImportReport:
    reader = reader_of(request.path)
    if reader is None:
        raise CasmError(
            f"{request.shown} is of no kind that can be taken in.",
            "give a table of text (.csv, .tsv, .txt), FCC .dat files or their zip; save sheets as CSV",
        )
    opened = reader.open(request, database, viewer)
    watch.begin(request.shown, opened.size)
    with _watched(writer, opened, watch):
        return writer.take(opened.origin, opened.items)


@contextmanager
def _watched(writer: Writer, opened: Opened, watch: Watch) -> Iterator[None]:
    writer.progress = lambda _rows: watch.advance(opened.read_so_far())
    try:
        yield
        watch.advance(opened.size)
    finally:
        writer.progress = None


def _folder(writer: Writer, database: Database, viewer: Viewer, request: Request, watch: Watch) -> TakenIn:
    """Every file of a folder: a sub-folder is an owner's, a file name is a class; whole classes one after the other."""
    taken = TakenIn()
    steps: dict[int, list[Request]] = {}
    for one in _requests(request):
        if reader_of(one.path) is None:
            taken.refused.append(_refusal(one, "it is of no kind that can be taken in", "move it elsewhere"))
            continue
        spec = class_of_name(one.path.stem) if one.path.is_file() else None
        # A file whose name says nothing, and licence files, may name records of any class: they come last.
        order = DEPENDENCY_ORDER.index(spec.record_class) if spec else len(DEPENDENCY_ORDER)
        steps.setdefault(order, []).append(replace(one, record_class=spec.record_class if spec else None))
    for order in sorted(steps):
        for one in sorted(steps[order], key=lambda one: (one.owner_code.count("."), one.owner_code, one.path.name)):
            try:
                taken.reports.append(_file(writer, database, viewer, one, watch))
            except CasmError as error:
                taken.refused.append(_refusal(one, error.message, error.mend))
        writer.finish()
    if not taken.reports and not taken.refused:
        raise CasmError(f"{request.path} holds no file to take in.", "put CSV files named after their class into it")
    return taken


def _requests(request: Request) -> Iterator[Request]:
    """One request for each file; hidden ones and READMEs are passed over."""
    count = 0
    for entry in sorted(request.path.iterdir()):
        if entry.name.startswith(".") or entry.suffix.lower() in (".md", ".json") or entry.stem.upper() == "README":
            continue
        if entry.is_dir() and reader_of(entry) is None:
            inner = [one for one in sorted(entry.iterdir()) if not one.name.startswith(".")]
            found = [(one, entry.name.lower(), f"{entry.name}/{one.name}") for one in inner]
        else:
            found = [(entry, request.owner_code, entry.name)]
        for path, owner_code, name in found:
            count += 1
            if count > MOST_FILES:
                raise CasmError(f"{request.path} holds more than {MOST_FILES:,} files.", "import it in parts")
            yield replace(request, path=path, owner_code=owner_code, name=name)


def _refusal(request: Request, reason: str, mend: str) -> Problem:
    return Problem(ERROR, request.shown, None, None, None, reason, mend or "look into the file")
