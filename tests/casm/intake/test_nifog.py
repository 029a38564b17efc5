"""The national channels: from the subscriber's side, with the traps that public lists fall into."""

import pytest

from casm.intake.library.nifog import EDITION, LIBRARY_FILE, import_edition, import_library
from casm.sharing.viewer import Viewer

ADMIN = Viewer.local_administrator()
COLUMNS = (
    "configuration, rx_freq_hz, tx_freq_hz, rx_squelch_kind, rx_ctcss_hz::float, rx_nac, tx_squelch_kind, "
    "tx_ctcss_hz::float, tx_nac, mode, emission_designator, bandwidth_hz"
)
ANALOG, P25 = ("analog_fm", "11K2F3E", 12_500), ("p25_phase1", "8K10F1E", 12_500)


@pytest.fixture(scope="module")
def library(module_database, intake_of):
    intake = intake_of(module_database)
    intake.report = import_library(module_database, ADMIN)
    return intake


def test_there_are_152_of_the_public_owner(library, counts):
    assert counts(library.report) == (152, 0, 0, 0)
    assert library.rows(
        "SELECT o.code, c.national, c.library_edition, c.sensitivity, count(*) FROM channel c "
        "JOIN owner o ON o.id = c.owner_id GROUP BY 1, 2, 3, 4"
    ) == [("public", True, EDITION, "public", 152)]
    assert counts(import_library(library.database, ADMIN)) == (0, 0, 152, 0)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        # A public list writes VTAC36 from the station's side, and a script puts 136.5 on RX (notes/domain.md 6.1).
        ("VTAC36", ("repeater", 151_137_500, 159_472_500, "csq", None, None, "ctcss", 136.5, None, *ANALOG)),
        ("VTAC33", ("repeater", 159_472_500, 151_137_500, "csq", None, None, "ctcss", 136.5, None, *ANALOG)),
        ("VCALL10", ("simplex", 155_752_500, 155_752_500, "csq", None, None, "ctcss", 156.7, None, *ANALOG)),
        ("VMED28", ("simplex", 155_340_000, 155_340_000, "csq", None, None, "ctcss", 156.7, None, *ANALOG)),
        ("VSAR16", ("simplex", 155_160_000, 155_160_000, "ctcss", 127.3, None, "ctcss", 127.3, None, *ANALOG)),
        ("UCALL40", ("repeater", 453_212_500, 458_212_500, "csq", None, None, "ctcss", 156.7, None, *ANALOG)),
        ("UCALL40D", ("simplex", 453_212_500, 453_212_500, "csq", None, None, "ctcss", 156.7, None, *ANALOG)),
        (
            "8TAC91",
            ("repeater", 851_512_500, 806_512_500, "ctcss", 156.7, None, "ctcss", 156.7, None,
             "analog_fm", "14K0F3E", 25_000),
        ),
        ("7CALL50", ("repeater", 769_243_750, 799_243_750, "nac", None, 0xF7E, "nac", None, 0x293, *P25)),
        ("LE 2", ("repeater", 167_250_000, 162_262_500, "nac", None, 0x68F, "nac", None, 0x68F, *P25)),
        ("IR 5", ("simplex", 169_537_500, 169_537_500, "csq", None, None, "ctcss", 167.9, None, *ANALOG)),
    ],
)  # fmt: skip
def test_channels_are_as_the_guide_has_them(library, name, columns):
    assert library.rows(f"SELECT {COLUMNS} FROM channel WHERE name = :name", name=name) == [columns]


def test_calling_channels_and_disciplines(library):
    calling = {name for (name,) in library.rows("SELECT name FROM channel WHERE function = 'calling'")}
    assert {"VCALL10", "UCALL40", "8CALL90", "7CALL50", "7CALL70", "NC 1", "NC 2"} <= calling
    assert library.rows("SELECT eligible_disciplines FROM channel WHERE name = 'VMED29'") == [(["ems"],)]


def test_a_newer_edition_updates_and_says_what_drifted(intake, counts, tmp_path):
    import_library(intake.database, ADMIN)
    newer = tmp_path / "nifog_9.99.csv"
    lines = LIBRARY_FILE.read_text(encoding="utf-8").splitlines()
    changed = [line.replace("127.3,127.3", "CSQ,127.3") for line in lines if not line.startswith("VLAW32,")]
    newer.write_text("\n".join(changed) + "\n", encoding="utf-8")
    report = import_edition(intake.database, ADMIN, newer, "NIFOG 9.99")
    assert counts(report) == (0, 151, 0, 0)
    told = [problem.reason for problem in report.problems]
    assert any("VSAR16: rx_squelch_kind was ctcss in NIFOG 2.02 and is csq in NIFOG 9.99" in one for one in told)
    assert any("VLAW32 of NIFOG 2.02 is not in NIFOG 9.99" in one for one in told)
    assert intake.rows("SELECT library_edition, status FROM channel WHERE name = 'VLAW32'") == [(EDITION, "active")]
    assert intake.rows("SELECT rx_squelch_kind, library_edition FROM channel WHERE name = 'VSAR16'") == [
        ("csq", "NIFOG 9.99")
    ]
