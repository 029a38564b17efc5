"""Colours that lie side by side are told apart, with full colour sight and without."""

import itertools

import numpy as np
import pytest

from casm.inventory.choices import BACKHAUL_KIND
from geo.interop.reason import Code
from web.maps.palette import COVERAGE, GAPS, LEVELS, LINKS, link_style, rgb

# Machado, Oliveira and Fernandes 2009 (IEEE TVCG 15(6), 1291-1298), table of severity 1.0, on linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# sRGB to XYZ under D65 (IEC 61966-2-1), and that white.
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
# CIELAB distance; about 2.3 is just noticed, 20 is told apart at a glance in a legend.
AT_A_GLANCE = 20.0


def seen(colour: str, sight: str) -> np.ndarray:
    """The colour in CIELAB as that eye sees it."""
    encoded = np.array(rgb(colour)) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ np.clip(np.asarray(SIGHT[sight]) @ linear, 0, 1) / WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("swatches", [COVERAGE, LEVELS], ids=["coverage", "levels"])
def test_classes_are_told_apart(swatches, sight):
    for first, second in itertools.combinations(swatches, 2):
        distance = np.linalg.norm(seen(first.colour, sight) - seen(second.colour, sight))
        assert distance >= AT_A_GLANCE, (first.label, second.label)


def test_the_best_and_the_worst_differ_on_a_grey_print():
    for swatches in (COVERAGE, LEVELS):
        lightness = [seen(swatch.colour, "full")[0] for swatch in swatches]
        assert abs(lightness[0] - lightness[-1]) >= 14


def test_white_is_white():
    assert seen("#ffffff", "full") == pytest.approx([100, 0, 0], abs=0.05)


def test_every_reason_has_a_look_of_its_own():
    assert {style.code for style in GAPS} == {code.value for code in Code}
    assert len({(style.colour, style.pattern) for style in GAPS}) == len(GAPS)


def test_the_unknown_is_never_drawn_like_a_gap():
    known = {style.pattern for style in GAPS if style.known}
    unknown = {style.pattern for style in GAPS if not style.known}
    assert {style.code for style in GAPS if not style.known} == {"MISSING", "STALE"}
    assert not known & unknown


@pytest.mark.parametrize("kind", [*BACKHAUL_KIND, None])
def test_every_link_has_a_look(kind):
    assert link_style(kind, "ring") in LINKS
    assert (link_style(kind, "ring") == link_style(kind, "none")) == (kind != "microwave")
