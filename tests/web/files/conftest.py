"""The application as the tests of records have it, and a photo to attach."""

import importlib.util
import io
from pathlib import Path

import pytest
from PIL import Image

RECORDS = Path(__file__).parents[1] / "records" / "conftest.py"


def records_conftest():
    """What the tests of records make."""
    spec = importlib.util.spec_from_file_location("records_conftest", RECORDS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORDS_CONFTEST = records_conftest()
editing = RECORDS_CONFTEST.editing
typed_world = RECORDS_CONFTEST.typed_world
open_as = RECORDS_CONFTEST.open_as


@pytest.fixture(scope="session")
def photo():
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 30.0, 0.0), 3: "W", 4: (84.0, 12.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (30, 90, 160)).save(out, "JPEG", exif=exif)
    return out.getvalue()
