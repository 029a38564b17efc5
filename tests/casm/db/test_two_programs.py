"""Two programs started in the same moment on one empty data folder end up on one server."""

from casm.config import Settings
from casm.db import cluster as clusters
from casm.db import processes
from casm.db.layout import Layout


def test_two_programs_starting_together_share_one_new_database(folder, begin):
    programs = [begin("db", "start") for _ in range(2)]
    said = [program.communicate(timeout=60)[1] for program in programs]
    assert [program.returncode for program in programs] == [0, 0], said
    everything = "".join(said)
    assert everything.count("Making the database") == 1
    assert everything.count("Making the tables") == 1
    pid = clusters.running_pid(Settings(folder))
    assert all(f"process {pid}" in lines for lines in said)
    masters = [each for each in processes.processes_in(Layout(folder).data) if parent_of(each) not in (pid,)]
    assert masters == [pid]


def test_two_programs_starting_a_crashed_server_share_it(settings, begin, kept):
    (Layout(settings.data_dir).data / "postmaster.pid").write_text("999999999\n")
    programs = [begin("db", "psql", "-d", "postgres", "-Atc", "SELECT n FROM kept") for _ in range(2)]
    assert [program.communicate(timeout=60)[0] for program in programs] == ["1\n", "1\n"]
    assert kept(clusters.ensure_running(settings)) == [1]


def parent_of(pid: int) -> int:
    """Parent's process id (proc(5), field 4)."""
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])
