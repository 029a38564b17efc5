"""A small picture of a photo for pages, made anew in a process of its own that has little memory and time."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from casm.attachments.kinds import refused

CHILD = Path(__file__).with_name("picture_child.py")
# The child limits its own computing time; this is for a machine that is busy with others.
PATIENCE_S = 60


@dataclass(frozen=True)
class Picture:
    """What a photo is: its size in dots, whether it says where it was taken, and a JPEG of at most 480 dots a side."""

    width_px: int
    height_px: int
    has_position: bool
    thumbnail: bytes


def look_at(content: bytes, picture_format: str) -> Picture:
    """Read a picture whole; CasmError when that cannot be done within the limits. picture_format: as Pillow says it."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), picture_format],
            input=content, capture_output=True, timeout=PATIENCE_S, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise refused("the picture takes too long to be read", "save it smaller") from None
    head, line_break, thumbnail = done.stdout.partition(b"\n")
    if done.returncode != 0 or not line_break:
        raise refused("the picture takes more memory or time than one may", "save it smaller")
    told = json.loads(head)
    if "refusal" in told:
        raise refused(told["refusal"], "open it in a program for pictures, and save it anew as PNG or JPEG")
    return Picture(told["width_px"], told["height_px"], told["has_position"], thumbnail)
