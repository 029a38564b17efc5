"""What a map without a server needs to answer a click: the class of every cell, packed, and prepared sentences."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np

from casm.assessments.explain import explain_cell
from casm.exchange.overview import ResultHead
from casm.exchange.raster import PlacedRaster
from web.maps.images import UNKNOWN_CELL
from web.maps.palette import LEVEL_NAMES

NO_ANSWER = 0xFFFF


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


def pair_words(explained: dict[str, Any], result_id: str) -> dict[str, Any]:
    """A pair as explained for one place (casm.assessments.explain), in what the panel shows of it.

    The same sentence about the same level is said once: a cache of five kinds of radio is one means here.
    """
    methods = {
        (method["sentence"], method["state"]): {"state": method["state"], "sentence": method["sentence"]}
        for method in explained["methods"]
    }
    return {
        "id": result_id,
        "members": explained["members"],
        "proven": explained["proven_level"],
        "possible": explained["possible_level"],
        "here": f"Here: {interval_words(explained['proven_level'], explained['possible_level'])}",
        "whole": f"Over {explained['place']}: {explained['over_the_whole_place']}",
        "sentence": explained["sentence"],
        "methods": list(methods.values()),
    }


def explained_cells(
    head: ResultHead, proven: np.ndarray, possible: np.ndarray, leg_states: np.ndarray | None
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """A number for every cell of a pair's place and the answer for each number; NO_ANSWER where there is none.

    proven, possible: level classes (uint8, 255 none), shape (rows, cols). leg_states: states of the methods' sides,
    shape (bands, rows, cols), or None. Cells in the same state share an answer, and there are few states.
    """
    known = (proven != UNKNOWN_CELL) & (possible != UNKNOWN_CELL)
    bands = [band[known] for band in (proven, possible, *(leg_states if leg_states is not None else ()))]
    numbers = np.full(proven.shape, NO_ANSWER, np.uint16)
    numbers[known], states = distinct_states(bands)
    result_id = str(head.id)
    answers = [
        pair_words(explain_cell(head.summary, int(state[0]), int(state[1]), state[2:].tolist()), result_id)
        for state in states
    ]
    return numbers, answers


def distinct_states(bands: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Number of each cell's state, shape (cells,), and the states themselves, shape (states, bands).

    bands: one value (uint8) of every cell each. Numbered band by band, which takes a tenth of the time that sorting
    whole columns does.
    """
    numbers = np.zeros(bands[0].size, np.intp)
    for band in bands:
        combined = numbers * 256 + band
        present = np.flatnonzero(np.bincount(combined, minlength=1))
        place = np.zeros(int(present[-1]) + 1 if present.size else 1, np.intp)
        place[present] = np.arange(present.size)
        numbers = place[combined]
    first = np.zeros(int(numbers.max()) + 1 if numbers.size else 0, np.intp)
    first[numbers] = np.arange(numbers.size)
    return numbers, np.stack([band[first] for band in bands], axis=1)


def shared_methods(answers: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The answers with their methods as indexes into a list that holds each method once."""
    index: dict[tuple[str, str], int] = {}
    slim = []
    for answer in answers:
        keys = [(method["state"], method["sentence"]) for method in answer["methods"]]
        slim.append({**answer, "methods": [index.setdefault(key, len(index)) for key in keys]})
    return slim, [{"state": state, "sentence": sentence} for state, sentence in index]


def interval_words(proven_level: int, possible_level: int) -> str:
    """An interval as people say it; never one figure when there are two."""
    proven, possible = (f"{level} ({LEVEL_NAMES[level]})" for level in (proven_level, possible_level))
    if proven_level == possible_level:
        return f"level {proven}"
    return f"{'level' if proven_level == 0 else 'at least level'} {proven}, perhaps {possible}"
