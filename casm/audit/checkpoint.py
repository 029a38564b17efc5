"""Checkpoints: the audit's head written down where who can change the database cannot reach.

A chain proves that nothing before its end was changed, not that its end is the end. Its head in the database sees an
end cut off, but whoever may do anything in the database can write that anew as well; a checkpoint kept elsewhere (the
data folder, paper, another agency) finds that too, for every event up to it.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from casm.audit.chain import Head
from casm.errors import CasmError

FILE_NAME = "audit-checkpoints.jsonl"
FORMAT = "casm-audit-checkpoint-1"


@dataclass(frozen=True)
class Checkpoint:
    """A head and when it was written down. restored: an older backup was put in place, and what came after is gone."""

    head: Head
    made_at: str
    restored: bool = False

    def line(self) -> str:
        """As one line of JSON, to keep or to print."""
        return json.dumps(
            {
                "format": FORMAT,
                "genesis_sha256": self.head.genesis_sha256,
                "event_count": self.head.event_count,
                "sha256": self.head.sha256,
                "made_at": self.made_at,
                "restored": self.restored,
            }
        )


def parse(line: str) -> Checkpoint:
    """A checkpoint from its line; CasmError when it is none."""
    try:
        told = json.loads(line)
        if told["format"] != FORMAT:
            raise ValueError(told["format"])
        head = Head(str(told["genesis_sha256"]), int(told["event_count"]), str(told["sha256"]))
        return Checkpoint(head, str(told["made_at"]), bool(told.get("restored", False)))
    except (ValueError, KeyError, TypeError):
        raise CasmError(
            f"This is no checkpoint of an audit: {line[:60]!r}.", "give a file that `casm audit checkpoint` wrote"
        ) from None


def read_checkpoints(file: Path) -> list[Checkpoint]:
    """Checkpoints of a file, oldest first; none where there is no file."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise CasmError(f"The checkpoints in {file} cannot be read: {error}.", "check the file's rights") from None
    return [parse(line) for line in text.splitlines() if line.strip()]


def keep_checkpoint(file: Path, checkpoint: Checkpoint) -> None:
    """Add a checkpoint at the end of a file and see it onto the disk; one that is there already is not repeated."""
    if any(known.head == checkpoint.head and not checkpoint.restored for known in read_checkpoints(file)):
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as opened:
            opened.write(f"{checkpoint.line()}\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise CasmError(f"The checkpoint cannot be kept in {file}: {error}.", "name another file, or free it") from None


def still_binding(checkpoints: list[Checkpoint]) -> list[Head]:
    """Heads the audit must still agree with: after a restored backup none from before, as events are gone by right."""
    binding: list[Head] = []
    for checkpoint in checkpoints:
        if checkpoint.restored:
            binding = [head for head in binding if head.genesis_sha256 != checkpoint.head.genesis_sha256]
        binding.append(checkpoint.head)
    return binding
