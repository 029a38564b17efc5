"""Licence files into PostGIS: counts, provenance, twice the same, one day after the other, killed and resumed."""

import os
import random
import signal

import pytest
from borrowed import borrow
from repeats import repeats
from sqlalchemy import func, select, text

from casm.db.session import open_database
from casm.intake.batch_record import ImportBatch
from casm.intake.readers import Request
from casm.intake.take_in import take_in
from casm.inventory.backhaul import BackhaulLink, MicrowavePath
from casm.inventory.history import History
from casm.inventory.licence import Licence
from casm.inventory.site import Site
from casm.inventory.station import Station, StationFrequency
from casm.sharing.viewer import Viewer

ADMIN = Viewer.local_administrator()
KILLS = repeats(10, quick=3)


inventory_state = borrow("casm/intake/fcc/inventory_state.py")


def outcomes(report):
    return {kind: dict(counter) for kind, counter in sorted(report.by_class.items())}


def numbers(database):
    classes = (Licence, Site, Station, StationFrequency, BackhaulLink, MicrowavePath)
    with database.session(ADMIN) as session:
        return {
            mapped.__tablename__: session.scalar(select(func.count()).select_from(mapped)) for mapped in classes
        }


def state(database, **options):
    with database.session(ADMIN) as session:
        return inventory_state.state_of(session, **options)


BOTH_DAYS = {
    "licence": 38, "site": 66, "station": 142, "station_frequency": 200, "backhaul_link": 50, "microwave_path": 71,
}  # fmt: skip


def test_both_days_come_in_whole(database, microwave_folder, import_path):
    monday = import_path(database, microwave_folder / "l_mw_mon")
    assert outcomes(monday) == {
        "backhaul_link": {"created": 33}, "licence": {"created": 32}, "microwave_path": {"created": 52},
        "site": {"created": 45}, "station": {"created": 104},
    }  # fmt: skip
    saturday = import_path(database, microwave_folder / "l_mw_sat")
    assert outcomes(saturday) == {
        "backhaul_link": {"created": 17}, "licence": {"created": 6}, "microwave_path": {"created": 19},
        "site": {"created": 21}, "station": {"created": 38},
    }  # fmt: skip
    assert (monday.error_count, saturday.error_count) == (0, 0)
    assert numbers(database) == BOTH_DAYS
    before = state(database, with_batches=False)
    for day in ("l_mw_mon", "l_mw_sat"):
        again = import_path(database, microwave_folder / day)
        assert again.total("unchanged") == again.rows_read
    assert state(database, with_batches=False) == before
    with database.session(ADMIN) as session:
        assert session.scalar(select(func.count()).select_from(History)) == 0
        assert set(session.scalars(select(Site.source))) == {"uls"}


def test_the_import_command_knows_licence_files(database, synthetic_folder):
    taken = take_in(database, ADMIN, Request(synthetic_folder / "l_mw_2025", "us"))
    (report,) = taken.reports
    assert (report.total("created"), taken.refused) == (2 + 3 + 6 + 2 + 4, [])
    told = {problem.file: problem.reason for problem in report.problems if problem.reason.startswith("records: ")}
    assert told["SG.dat"] == "records: 4 read = 4 kept + 0 set aside + 0 refused"


def test_the_order_of_the_days_does_not_matter(database, microwave_folder, import_path):
    import_path(database, microwave_folder / "l_mw_sat")
    import_path(database, microwave_folder / "l_mw_mon")
    assert numbers(database) == BOTH_DAYS


def test_licences_in_files_of_their_own_come_to_the_same_places_and_links(
    database, microwave_folder, import_path, tmp_path
):
    """The two ends of a link are licensed apart: filed apart, they still meet, and no file undoes another."""
    for file in (microwave_folder / "l_mw_mon").glob("*.dat"):
        begun = ""
        for line in file.read_bytes().decode("latin-1").split("\r\n"):
            begun = line.split("|")[1] if line[2:3] == "|" else begun
            part = tmp_path / ("even" if begun and int(begun) % 2 == 0 else "odd")
            part.mkdir(exist_ok=True)
            if line:
                with (part / file.name).open("ab") as half:
                    half.write(f"{line}\r\n".encode("latin-1"))
    for part in ("even", "odd"):
        assert import_path(database, tmp_path / part).error_count == 0
    assert numbers(database) == {
        "licence": 32, "site": 45, "station": 104, "station_frequency": 161, "backhaul_link": 33, "microwave_path": 52,
    }  # fmt: skip
    with database.session(ADMIN) as session:
        link = session.scalars(select(BackhaulLink).where(BackhaulLink.call_sign_a == "WHK453")).one()
        assert (link.call_sign_b, link.a_to_b_freq_hz, link.b_to_a_freq_hz) == (
            "WPQP529", 11_275_000_000, 10_785_000_000,
        )  # fmt: skip
    before = state(database, with_batches=False)
    for part in ("odd", "even", "odd"):
        again = import_path(database, tmp_path / part)
        assert again.total("unchanged") == again.rows_read
    assert state(database, with_batches=False) == before


def test_lengths_stored_are_those_postgis_finds_between_the_sites(database, microwave_folder, import_path):
    import_path(database, microwave_folder / "l_mw_mon")
    with database.session(ADMIN) as session:
        rows = session.execute(
            text(
                "SELECT p.path_length_m, ST_Distance(a.position::geography, b.position::geography) "
                "FROM microwave_path p JOIN site a ON a.id = p.tx_site_id JOIN site b ON b.id = p.rx_site_id"
            )
        ).all()
    assert len(rows) == 52
    for stored_m, postgis_m in rows:
        assert stored_m == pytest.approx(postgis_m, rel=1e-6, abs=1e-3)


def test_synthetic_land_mobile_and_microwave_come_in(database, synthetic_folder, import_path):
    land_mobile = import_path(database, synthetic_folder / "l_lm_2025")
    microwave = import_path(database, synthetic_folder / "l_mw_2025")
    assert (land_mobile.total("reported"), microwave.total("reported")) == (0, 0)
    with database.session(ADMIN) as session:
        assert session.scalar(select(func.count()).select_from(Site).where(Site.position.is_(None))) == 4
        near_zero = select(func.count()).select_from(Site).where(
            func.ST_DWithin(Site.position, func.ST_GeomFromText("POINT(0 0)", 4326), 1.0)
        )
        assert session.scalar(near_zero) == 0
        # The hop's ends stand where the land-mobile base stations do: one site each, under the name it had first.
        assert set(session.scalars(select(Site.name).where(Site.position.is_not(None)))) == {
            "XXA101 location 1", "SYNTHETIC RIDGE", "SYNTHETIC PASSIVE",
        }  # fmt: skip
        assert session.scalars(select(Site.aliases).where(Site.name == "XXA101 location 1")).one() == ["SYNTHETIC A"]
    for folder in ("l_lm_2025", "l_mw_2025", "l_lm_2025"):
        again = import_path(database, synthetic_folder / folder)
        assert again.total("unchanged") == again.rows_read


def test_a_site_typed_by_a_person_is_never_overwritten(database, synthetic_folder, import_path):
    with database.session(ADMIN) as session:
        session.add(Site(owner_id=ADMIN.home_owner_id, name="Synthetic Ridge", address="1 Shop Road"))
    import_path(database, synthetic_folder / "l_lm_2025")
    with database.session(ADMIN) as session:
        typed = session.scalars(select(Site).where(Site.name == "Synthetic Ridge")).one()
        assert (typed.source, typed.version, typed.position) == ("typed", 1, None)
        assert session.scalars(select(Site.name).where(Site.source_key == "XXA102/LO/1")).one() == (
            "SYNTHETIC RIDGE (XXA102 location 1)"
        )


def test_a_frequency_given_up_is_retired(database, synthetic_folder, tmp_path, import_path):
    import_path(database, synthetic_folder / "l_lm_2025")
    for file in (synthetic_folder / "l_lm_2025").glob("*.dat"):
        content = file.read_bytes().decode("latin-1")
        if file.name in ("FR.dat", "EM.dat"):
            content = "".join(f"{line}\r\n" for line in content.split("\r\n") if line and "453.2125" not in line)
        (tmp_path / file.name).write_bytes(content.encode("latin-1"))
    report = import_path(database, tmp_path)
    assert outcomes(report)["station"] == {"changed": 1, "unchanged": 6}
    with database.session(ADMIN) as session:
        retired = select(StationFrequency.station_tx_freq_hz).where(StationFrequency.status == "retired")
        assert session.scalars(retired).all() == [453_212_500]


def import_in_child(urls, folder, import_path) -> tuple[int, int]:
    """Start an import in a process of its own; its id, and a pipe that says when it begins."""
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            database = open_database(urls)
            os.write(tells, b"!")
            import_path(database, folder, chunk_rows=10)
        finally:
            os._exit(0)
    os.close(tells)
    return child, told


FILLED = ("licence", "site", "station", "backhaul_link", "microwave_path")


def kill_at(urls, folder, import_path, wait_for_rows, rows: int) -> None:
    """Kill an import as soon as it has stored that many rows."""
    child, told = import_in_child(urls, folder, import_path)
    os.read(told, 1)
    os.close(told)
    wait_for_rows(urls, FILLED, rows, child)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_killed_at_random_moments_a_rerun_ends_as_if_undisturbed(
    microwave_folder, import_path, make_database, wait_for_rows
):
    folder = microwave_folder / "l_mw_mon"
    with make_database() as urls:
        database = open_database(urls)
        import_path(database, folder, chunk_rows=10)
        whole = numbers(database)
        undisturbed, inventory_undisturbed = state(database), state(database, with_batches=False)
        database.close()
    moments = random.Random(20261122)
    caught = 0
    for _ in range(KILLS):
        with make_database() as urls:
            kill_at(urls, folder, import_path, wait_for_rows, moments.randrange(sum(whole[table] for table in FILLED)))
            database = open_database(urls)
            rows_left = sum(numbers(database).values())
            import_path(database, folder, chunk_rows=10)
            with database.session(ADMIN) as session:
                batches = session.scalar(select(func.count()).select_from(ImportBatch))
            after, inventory_after = state(database), state(database, with_batches=False)
            database.close()
        assert inventory_after == inventory_undisturbed
        # An import killed after its last row was a whole one: the rerun is then a second import, which changed nothing.
        assert batches == 1 or rows_left == sum(map(len, inventory_undisturbed.values()))
        if batches == 1:
            assert inventory_state.digest_of(after) == inventory_state.digest_of(undisturbed)
            caught += rows_left > 0
    # Some kills must fall while rows are being written, or the test would show nothing.
    assert caught >= KILLS // 3
