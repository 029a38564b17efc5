"""The national channels as the rules take them."""

import pytest

from casm.intake.library.nifog import EDITION, LIBRARY_FILE, library_rows
from casm.quality.rules.national_channels import NationalChannels
from casm.quality.shelf import national_channel


@pytest.fixture(scope="session")
def library():
    """The library's rows, as they are stored."""
    return [row.values for row in library_rows(LIBRARY_FILE, EDITION)]


@pytest.fixture(scope="session")
def national(library):
    return NationalChannels.of(EDITION, map(national_channel, library))
