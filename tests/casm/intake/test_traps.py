"""Every trap file: which rows are taken, which are reported, and for which reason."""

import pytest

# file → (class, rows created, rows reported, part of what is said of a row by its number)
TRAPS = {
    "title_rows.csv": ("site", 2, 1, {1: "above the headings in row 4", 6: "no such day", 7: "blank rows"}),
    "utf16.csv": ("site", 2, 0, {}),
    "windows_1252.csv": ("site", 1, 0, {None: "read as Windows-1252"}),
    "bom.csv": ("site", 1, 0, {}),
    "semicolon.csv": ("site", 1, 1, {3: "not a latitude"}),
    "tab.tsv": ("site", 1, 0, {}),
    "pipe.txt": ("site", 1, 0, {}),
    "broken_quotes.csv": ("site", 4, 2, {3: "quotation mark", 5: "quotation mark"}),
    "ragged.csv": ("site", 2, 2, {2: "3 cells", 3: "5 cells"}),
    "nul_bytes.csv": ("site", 1, 1, {2: "NUL"}),
    "headings.csv": ("site", 1, 0, {1: "may each be remarks; none of them"}),
    "positions.csv": (
        "site",
        4,
        8,
        {
            2: "minus sign or the W", 3: "exchanged", 4: "they know no position", 5: "projection", 6: "below 60",
            7: "longitude is missing", 8: "both a minus sign", 9: "outside the United States",
            10: "converted from NAD27", 11: "datum is not known",
        },
    ),
    "no_units.csv": ("station", 2, 0, {1: "no unit is stated for antenna_height_agl_m"}),
    "tones.csv": (
        "channel",
        6,
        4,
        {3: "DCS code or a NAC", 6: "usual tones", 7: "no tone", 8: "footnote", 9: "digital", 11: "25 MHz to 100 GHz"},
    ),
    "key_material.csv": (
        "channel",
        1,
        4,
        {3: "material of an encryption key", 4: "material", 5: "material", 6: "clear and names a key"},
    ),
    "words.csv": ("agency", 2, 4, {3: "not a number", 5: "known terms", 6: "no agency 'Trap Nowhere'", 7: "row 2 of"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_rows_are_taken_or_reported_with_their_reason(name, intake, fixtures_folder, counts, reasons):
    record_class, created, reported, said = TRAPS[name]
    report = intake.take(fixtures_folder / "traps" / name, record_class=record_class)
    assert counts(report) == (created, 0, 0, reported)
    found = reasons(report)
    for row, part in said.items():
        assert part in found[row], found[row]
    assert all(problem.mend and problem.file == name for problem in report.problems)


def test_every_trap_file_is_tried(fixtures_folder):
    files = {path.name for path in (fixtures_folder / "traps").iterdir()} - {"README.md"}
    assert files == set(TRAPS)


def test_values_of_the_trap_files_are_what_they_say(intake, fixtures_folder):
    def take(name, record_class):
        intake.take(fixtures_folder / "traps" / name, record_class=record_class)

    for name in ("title_rows.csv", "windows_1252.csv", "utf16.csv", "broken_quotes.csv"):
        take(name, "site")
    take("no_units.csv", "station")
    take("tones.csv", "channel")
    stored = intake.rows(
        "SELECT round(ST_Y(position)::numeric, 6), round(ST_X(position)::numeric, 6), source_datum, source_latitude, "
        "structure_height_agl_m, a.lease_end_on::text "
        "FROM site s JOIN site_sensitive a ON a.site_id = s.id WHERE s.name = 'Trap Ridge'"
    )
    # 36°23'10.5" = 36.386250, 84°08'36" = 84.143333; 180 ft = 54.864 m exactly
    assert [tuple(map(str, row)) for row in stored] == [
        ("36.386250", "-84.143333", "NAD83", "36-23-10.5 N", "54.864", "2031-06-30")
    ]
    names = {row[0] for row in intake.rows("SELECT name FROM site")}
    assert {"Cañon Rim", "Peña Blanca", "Überlook", "Sixth, the long one", "Fifth"} <= names
    assert intake.rows(
        "SELECT antenna_height_agl_m, antenna_gain_dbi, antenna_gain_entered_unit, tx_output_w "
        "FROM station ORDER BY name"
    ) == [(None, None, None, None), (45.72, 8.15, "dBd", 100.0)]
    assert intake.rows("SELECT tx_squelch_kind, tx_dcs_code FROM channel WHERE name = 'DCS'") == [("dcs", "612N")]
    assert intake.rows("SELECT rx_nac, tx_nac, mode FROM channel WHERE name = 'NAC'") == [(0xF7E, 0x293, "p25_phase1")]


def test_key_material_is_nowhere_in_the_database(intake, fixtures_folder):
    intake.take(fixtures_folder / "traps" / "key_material.csv", record_class="channel")
    told = str(intake.rows("SELECT to_jsonb(p) FROM import_problem p")) + str(intake.inventory())
    assert "by hand" not in told
    assert "0123456789ABCDEF" not in told
    assert "0A0B0C0D" not in told
    assert intake.rows("SELECT algorithm, key_reference FROM resource_encryption") == [("aes_256", 12)]
