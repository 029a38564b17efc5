"""`casm import`: tables, FCC licence files, whole folders, boundaries and the national channels."""

import csv
from collections.abc import Iterable
from pathlib import Path

import click
from tqdm import tqdm

from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.db.session import Database, open_database
from casm.errors import CasmError
from casm.intake.boundaries import import_boundaries
from casm.intake.library.nifog import EDITION, import_library
from casm.intake.mapping import ColumnMapping, load_mapping
from casm.intake.outlines.container import MOST_BYTES, refused
from casm.intake.outlines.read import KINDS, read_outlines
from casm.intake.outlines.take import choose, take_outlines
from casm.intake.problem import Problem
from casm.intake.readers import Request
from casm.intake.report import OUTCOMES, ImportReport
from casm.intake.take_in import TakenIn, Watch, take_in
from casm.intake.words import class_words
from casm.sharing.viewer import Viewer

PROBLEMS_SHOWN = 200


@click.command(name="import")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--class", "record_class", help="What the table holds: site, station, channel, …")
@click.option("--owner", "owner_code", default="us", show_default=True, help="Owner of the rows that name none.")
@click.option("--mapping", "mapping_path", type=click.Path(path_type=Path), help="Column mapping, JSON or CSV.")
@click.option("--dry-run", is_flag=True, help="Do everything and undo it: only the report remains.")
@click.option("--report", "report_path", type=click.Path(path_type=Path), help="Write every problem to this CSV file.")
@click.option("--boundaries", is_flag=True, help="Take in the polygons of states and counties that come with casm.")
@click.option("--states", help="With --boundaries: only these, as TN,KY.")
@click.option("--library", is_flag=True, help=f"Take in the national channels that come with casm ({EDITION}).")
@click.option("--outlines", "outlines_kind", type=click.Choice(KINDS), help="The file holds outlines of this kind.")
@click.option("--name-field", default="", help="With --outlines: the field that holds the name.")
@click.option("--code-field", default="", help="With --outlines: the field that holds the code.")
@click.option("--layer", default="", help="With --outlines: which layer, where the file holds several.")
@click.option("--crs", default="", help="With --outlines: the reference system, where the file does not say it.")
@click.option("--edition", default="", help="With --outlines: source and year, else the file's name.")
@click.option(
    "--database", "database_name", default=DATABASE, show_default=True, help="Database of the embedded server."
)
def command(
    path: Path | None,
    record_class: str | None,
    owner_code: str,
    mapping_path: Path | None,
    dry_run: bool,
    report_path: Path | None,
    boundaries: bool,
    states: str | None,
    library: bool,
    outlines_kind: str | None,
    name_field: str,
    code_field: str,
    layer: str,
    crs: str,
    edition: str,
    database_name: str,
) -> None:
    """Take in spreadsheets (CSV), FCC licence files and whole folders.

    All good rows are stored; each other row is reported with its file, row, column, reason and mend. The same file
    twice changes nothing. In a folder each sub-folder is an owner's (its name is the owner's code) and each file is
    named after its class. Status 0: every row was stored or reported. Status 1: a file could not be read at all.
    """
    if sum((path is not None, boundaries, library)) != 1:
        raise CasmError("Say what to take in.", "give a file or folder, or --boundaries, or --library")
    if (name_field or code_field or layer or crs or edition) and not outlines_kind:
        raise CasmError("These options are about outlines.", "add --outlines with their kind, as --outlines city")
    if states and not boundaries:
        raise CasmError("--states chooses among the boundaries.", "add --boundaries")
    database = open_database(locate_database(Settings.from_environment(), database_name, progress=tell))
    viewer = Viewer.local_administrator()
    try:
        if outlines_kind and path is not None:
            content = read_content(path)
            found = read_outlines(content, path.name, layer=layer, reference_system=crs)
            chosen = choose(
                found, kind=outlines_kind, name_field=name_field, code_field=code_field, edition=edition
            )
            taken = TakenIn([take_outlines(database, viewer, found, chosen, owner_code, content, dry_run=dry_run)])
        elif boundaries:
            taken = TakenIn([_boundaries(database, viewer, states, dry_run=dry_run)])
        elif library:
            taken = TakenIn([import_library(database, viewer, dry_run=dry_run)])
        else:
            mapping = load_mapping(mapping_path) if mapping_path else ColumnMapping()
            request = Request(
                path=path or Path(),
                owner_code=owner_code.lower(),
                record_class=record_class,
                mapping=mapping,
                mapping_path=mapping_path,
            )
            taken = _files(database, viewer, request, dry_run=dry_run)
    finally:
        database.close()
    show(taken, dry_run=dry_run, report_path=report_path)
    if taken.refused:
        raise SystemExit(1)


def read_content(path: Path) -> bytes:
    """A file of outlines whole; CasmError when it is not there or too large."""
    if not path.is_file():
        raise CasmError(f"There is no file {path}.", "check the path")
    if path.stat().st_size > MOST_BYTES:
        raise refused(f"it has more than {MOST_BYTES >> 20} MiB", "simplify the outlines, or give it in parts")
    return path.read_bytes()


def _boundaries(database: Database, viewer: Viewer, states: str | None, *, dry_run: bool) -> ImportReport:
    chosen = [one.strip() for one in (states or "").split(",") if one.strip()]
    with tqdm(unit=" polygons", desc="boundaries", disable=None) as bar:
        return import_boundaries(
            database, viewer, states=chosen, dry_run=dry_run, progress=lambda rows: bar.update(rows - bar.n)
        )


def _files(database: Database, viewer: Viewer, request: Request, *, dry_run: bool) -> TakenIn:
    """Take the files in under a bar of bytes, which stands still while rows are written, not while they are read."""
    with tqdm(unit="B", unit_scale=True, disable=None) as bar:

        def begin(name: str, size: int) -> None:
            bar.reset(total=size)
            bar.set_description(name)

        watch = Watch(begin, lambda done: bar.update(done - bar.n))
        return take_in(database, viewer, request, dry_run=dry_run, watch=watch)


def show(taken: TakenIn, *, dry_run: bool, report_path: Path | None) -> None:
    """Print what became of every file: counts to stdout, problems to stderr, all of them to the report file."""
    problems = [*(problem for report in taken.reports for problem in report.problems), *taken.refused]
    if report_path:
        write_report(report_path, problems)
    for problem in problems[:PROBLEMS_SHOWN]:
        click.echo(str(problem), err=True)
    stored = sum(report.problem_count for report in taken.reports) + len(taken.refused)
    if stored > PROBLEMS_SHOWN:
        where = f"all of them are in {report_path}" if report_path else "write them all to a file with --report FILE"
        click.echo(f"… and {stored - PROBLEMS_SHOWN:,} more; {where}", err=True)
    for report in taken.reports:
        click.echo(summary(report))
    if dry_run:
        click.echo("Nothing was stored: this was a dry run.")


def summary(report: ImportReport) -> str:
    """One line for each class in a file: rows read = created + changed + unchanged + reported."""
    resumed = " (taken up where it was interrupted)" if report.resumed else ""
    if not report.by_class:
        return f"{report.file_name}{resumed}: no rows"
    lines = []
    for record_class, counts in sorted(report.by_class.items()):
        told = " + ".join(f"{counts[outcome]:,} {outcome}" for outcome in OUTCOMES)
        lines.append(f"{report.file_name}{resumed}: {class_words(record_class)}: {counts.total():,} rows = {told}")
    return "\n".join(lines)


def write_report(path: Path, problems: Iterable[Problem]) -> None:
    """Every problem as a row of a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["severity", "file", "row", "column", "value", "reason", "mend"])
        for one in problems:
            cells = [one.severity, one.file, one.row, one.column, one.value, one.reason, one.mend]
            writer.writerow([harmless(cell) for cell in cells])


def harmless(cell: object) -> object:
    """A cell that a spreadsheet would run as a formula, made text; numbers stay numbers."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell):
        return "'" + cell
    return cell


def _is_number(written: str) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return True
