"""Modules of other folders' tests: tests are no packages (one would hide the real geo), so none imports another."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).parents[1]


def borrow(place: str) -> ModuleType:
    """The module of a file below tests/, as "casm/editing/conftest.py"; one and the same for everybody who asks."""
    name = "borrowed_" + place.removesuffix(".py").replace("/", "_")
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, TESTS / place)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
