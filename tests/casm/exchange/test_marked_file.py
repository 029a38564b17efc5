"""A file that was to bear a mark bears it, or does not exist."""

import pytest

from casm.exchange.marked_file import marked_file
from casm.exchange.marking import Marking

AMBER = Marking(tlp="AMBER")


def test_a_marked_file_is_written(tmp_path):
    with marked_file(tmp_path / "a.txt", AMBER) as stream:
        stream.write(AMBER.text.encode())
    assert (tmp_path / "a.txt").read_text() == AMBER.text


@pytest.mark.parametrize("content", [b"", b"no mark", Marking(tlp="RED").text.encode()])
def test_a_file_without_its_mark_is_not(tmp_path, content):
    (tmp_path / "a.txt").write_text("older")
    with pytest.raises(RuntimeError, match="TLP:AMBER"), marked_file(tmp_path / "a.txt", AMBER) as stream:
        stream.write(content)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.txt", "older")]
