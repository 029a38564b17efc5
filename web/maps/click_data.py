"""What a map without a server needs to answer a click: the class of every cell, packed, and prepared sentences."""

from base64 import b64encode
from typing import Any

import numpy as np

from casm.exchange.overview import AgencyPair
from casm.exchange.raster import PlacedRaster


def pack_cells(classes: np.ndarray) -> str:
    """Classes of cells (uint8) as base64 of runs: one byte for the class, then how often, seven bits a byte.

    The count is little-endian, the high bit set on all bytes but the last. static/map/grid.js reads it.
    """
    flat = np.ascontiguousarray(classes, np.uint8).ravel()
    starts = np.flatnonzero(np.diff(flat, prepend=flat[:1] ^ 1))
    counts = np.diff(starts, append=flat.size)
    packed = bytearray()
    for value, count in zip(flat[starts].tolist(), counts.tolist(), strict=True):
        packed.append(value)
        while count > 0x7F:
            packed.append(count & 0x7F | 0x80)
            count >>= 7
        packed.append(count)
    return b64encode(packed).decode("ascii")


def packed_grid(classes: np.ndarray, placed: PlacedRaster) -> dict[str, Any]:
    """A grid for the page: its shape, place and packed cells."""
    rows, cols = classes.shape
    return {"rows": rows, "cols": cols, "bounds": list(placed.bounds), "cells": pack_cells(classes)}


def pair_sentences(pair: AgencyPair) -> dict[str, Any]:
    """What the panel says of a pair: the place it was judged over, and each method with its reasons."""
    summary = pair.result.summary
    return {
        "place": text_of(summary.get("place")),
        "methods": [
            {
                "level": method.get("level"),
                "state": str(method.get("state", "unknown")),
                "sentence": text_of(method.get("sentence")),
                "reasons": [
                    text_of(reason.get("text")) for reason in method.get("reasons") or [] if reason.get("text")
                ],
            }
            for method in summary.get("methods") or []
        ],
    }


def interval_words(proven_level: int, possible_level: int) -> str:
    """An interval as people say it; never one figure when there are two."""
    if proven_level == possible_level:
        return f"level {proven_level}"
    if proven_level == 0:
        return f"level 0, perhaps {possible_level}"
    return f"at least level {proven_level}, perhaps {possible_level}"


def text_of(value: object) -> str:
    """A summary's value as text: a place may be words or a record with a name."""
    if isinstance(value, dict):
        return str(value.get("words") or value.get("name") or value.get("text") or "")
    return "" if value is None else str(value)
