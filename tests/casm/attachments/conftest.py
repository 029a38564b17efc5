"""The world of the tests of editing, and files to attach."""

import io

import pytest
from borrowed import borrow
from PIL import Image


@pytest.fixture(scope="module")
def world(module_database):
    """A state with two counties, one record of each class in the first."""
    return borrow("casm/editing/conftest.py").make_world(module_database)


@pytest.fixture(scope="session")
def photo():
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 30.0, 0.0), 3: "W", 4: (84.0, 12.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (30, 90, 160)).save(out, "JPEG", exif=exif)
    return out.getvalue()
