"""What a terminal, and what a log file, is told of long work."""

import io
import re

import pytest

from casm.demo.progress import Steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_a_step_and_no_bar() -> None:
    log = io.StringIO()
    steps = Steps(2, log)
    with steps.step("terrain") as step:
        step.progress(1, 4, "half")
        step.outcome = "344 by 403 cells"
    with steps.step("files") as step:
        step.outcome = "written"
    assert re.fullmatch(
        r"\[1/2\] terrain: 344 by 403 cells \(\d+\.\d s\)\n\[2/2\] files: written \(\d+\.\d s\)\n", log.getvalue()
    )


def test_a_terminal_sees_how_much_is_left_once_the_total_is_known() -> None:
    terminal = Terminal()
    with Steps(3, terminal).step("coverage") as step:
        step.progress(0, None, "looking")
        assert "/" not in terminal.getvalue().partition("[1/3]")[2]
        step.progress(3, 12, "LaFollette Ridge")
        step.progress(9, 12, "Cross Mountain")
        step.outcome = "done"
    shown = terminal.getvalue()
    assert "3/12" in shown
    assert "9/12" in shown
    assert "75 %" in shown
    assert "Cross Mountain" in shown


def test_a_total_that_grows_is_shown_as_it_is() -> None:
    terminal = Terminal()
    with Steps(1, terminal).step("files") as step:
        step.progress(5, 10, "")
        step.progress(5, 20, "")
    assert "5/20" in terminal.getvalue()


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()])
def test_a_step_that_breaks_is_not_told_as_done(error: BaseException) -> None:
    log = io.StringIO()

    def broken() -> None:
        with Steps(1, log).step("coverage") as step:
            step.outcome = "all computed"
            raise error

    with pytest.raises(type(error)):
        broken()
    assert log.getvalue() == "[1/1] coverage: not finished\n"
