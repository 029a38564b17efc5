"""Where data lies and which database is used, as the environment says."""

import os
from pathlib import Path

import pytest

from casm.config import Settings, default_data_dir


def test_environment_overrides_both():
    found = Settings.from_environment({"CASM_DATA_DIR": "/srv/casm", "CASM_DATABASE_URL": "postgresql://u:Pass-5@h/d"})
    assert found.data_dir == Path("/srv/casm")
    assert found.database_url == "postgresql://u:Pass-5@h/d"
    assert "Pass-5" not in repr(found)


def test_empty_values_count_as_unset():
    found = Settings.from_environment({"CASM_DATA_DIR": "", "CASM_DATABASE_URL": ""})
    assert found.data_dir == default_data_dir({})
    assert found.database_url is None


def test_relative_and_home_folders_become_absolute(monkeypatch):
    monkeypatch.setenv("HOME", "/home/someone")
    assert Settings.from_environment({"CASM_DATA_DIR": "~/data"}).data_dir == Path("/home/someone/data")
    assert Settings.from_environment({"CASM_DATA_DIR": "data"}).data_dir == Path.cwd() / "data"


@pytest.mark.parametrize(
    ("user", "environment", "expected"),
    [
        (0, {"XDG_DATA_HOME": "/elsewhere"}, "/var/lib/casm"),
        (1000, {"XDG_DATA_HOME": "/elsewhere"}, "/elsewhere/casm"),
        (1000, {"XDG_DATA_HOME": "relative"}, "/home/someone/.local/share/casm"),
        (1000, {}, "/home/someone/.local/share/casm"),
    ],
)
def test_default_folder(monkeypatch, user, environment, expected):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("HOME", "/home/someone")
    assert default_data_dir(environment) == Path(expected)
