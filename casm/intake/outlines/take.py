"""Take outlines in: by the writer of all imports, so that the same file twice changes nothing."""

import hashlib

from casm.db.columns import SENSITIVITY
from casm.db.session import Database
from casm.errors import CasmError
from casm.intake.batches import FileOrigin
from casm.intake.outlines.read import CODE_FIELDS, KINDS, NAME_FIELDS, Choices, Outlines, rows_of
from casm.intake.report import ImportReport
from casm.intake.writer import Writer
from casm.sharing.viewer import Viewer


def choose(
    outlines: Outlines,
    *,
    kind: str,
    name_field: str = "",
    code_field: str = "",
    edition: str = "",
    sensitivity: str = "public",
) -> Choices:
    """How features become jurisdictions, with what the file itself suggests; CasmError for what cannot be."""
    if kind not in KINDS:
        raise CasmError(f"Outlines of {kind or 'nothing'!r} are not taken.", f"choose from {', '.join(KINDS)}")
    if sensitivity not in SENSITIVITY:
        raise CasmError("This is no handling.", f"choose from {', '.join(SENSITIVITY)}")
    found = []
    for what, given, usual in (("name", name_field, NAME_FIELDS), ("code", code_field, CODE_FIELDS)):
        chosen = given or outlines.usual(usual)
        if chosen not in outlines.fields:
            raise CasmError(
                f"Which field holds the {what} is not clear." if not given else f"The file has no field {given!r}.",
                f"choose from {', '.join(outlines.fields) or 'a file with fields'}",
            )
        found.append(chosen)
    return Choices(kind, found[0], found[1], edition or outlines.file_name, sensitivity)


def take_outlines(
    database: Database,
    viewer: Viewer,
    outlines: Outlines,
    choices: Choices,
    owner_code: str,
    content: bytes,
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Write the features as jurisdictions of the owner, known by kind and code; what is not taken is reported."""
    options = {
        "kind": choices.kind, "name": choices.name_field, "code": choices.code_field, "layer": outlines.layer,
        "edition": choices.edition, "sensitivity": choices.sensitivity,
    }  # fmt: skip
    origin = FileOrigin(
        outlines.file_name, hashlib.sha256(content).hexdigest(), "outlines", owner_code, "jurisdiction", options
    )
    with Writer(database, viewer, dry_run=dry_run) as writer:
        return writer.take(origin, rows_of(outlines, choices, owner_code))
