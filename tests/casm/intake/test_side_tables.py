"""Access, power and circuits in files: the headings and rules of any column, stored in tables of their own."""

SITES = "name,latitude,longitude,Commercial Power,Generator Size (kW),battery backup (h),Lease End,Access\n"
STORED = "SELECT grid_power, generator_kw, battery_hours, lease_end_on::text, access_notes, version FROM site_sensitive"
LINKS = "name,site a,site b,circuit\n"


def test_one_row_fills_both_tables_and_twice_changes_nothing(intake, write, counts):
    path = write("sites.csv", SITES + "Hill,36.5,-84.2,no,35,8,6/30/2031,Two gates\nBare,36.6,-84.3,,,,,\n")
    assert counts(intake.take(path)) == (2, 0, 0, 0)
    assert intake.rows(STORED) == [(False, 35.0, 8.0, "2031-06-30", "Two gates", 1)]
    before = intake.inventory()
    assert counts(intake.take(path))[:2] == (0, 0)
    assert intake.inventory() == before


def test_an_empty_cell_keeps_and_clear_empties(intake, write, counts):
    intake.take(write("sites.csv", SITES + "Hill,36.5,-84.2,no,35,8,6/30/2031,Two gates\n"))
    again = write("b/sites.csv", SITES + "Hill,36.5,-84.2,,40,,<clear>,\n")
    assert counts(intake.take(again)) == (0, 1, 0, 0)
    assert intake.rows(STORED) == [(False, 40.0, 8.0, None, "Two gates", 2)]
    assert intake.value("SELECT version FROM site") == 1


def test_a_link_stated_twice_fills_in_its_circuit_and_says_what_differs(intake, write, counts):
    intake.take(write("sites.csv", "name\nHill\nTown\nKnob\n"))
    rows = "A,Hill,Town,TN-77\nB,Town,Hill,TN-78\nC,Hill,Knob,\nD,Knob,Hill,TN-79\n"
    report = intake.take(write("backhaul_links.csv", LINKS + rows))
    assert counts(report) == (2, 0, 0, 2)
    assert intake.rows("SELECT l.name, circuit_id FROM backhaul_link_sensitive s "
                       "JOIN backhaul_link l ON l.id = s.backhaul_link_id ORDER BY 1") == [
        ("A", "TN-77"), ("C", "TN-79")]  # fmt: skip
    told = [(one.row, one.column, one.field_class) for one in report.problems if one.column]
    assert told == [(3, "circuit", "sensitive")]
    public = [one for one in report.problems if one.field_class == "public"]
    assert not any("TN-7" in f"{one.value} {one.reason}" or "circuit" in one.reason for one in public)
