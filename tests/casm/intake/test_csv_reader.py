"""Tables into rows: headings found, classes recognised, columns mapped, nothing guessed."""

import json
import re

import pytest

from casm.errors import CasmError
from casm.intake.classes.every import CLASSES
from casm.intake.csv_reader import open_table
from casm.intake.mapping import load_mapping
from casm.intake.problem import NOTE
from casm.intake.row import ChildRow, ParsedRow, Reference, RejectedRow


def read(path, **options):
    """(rows taken, rows left out, findings about the file) of a table."""
    items = list(open_table(path, owner_code="us", **options))
    taken = [item for item in items if isinstance(item, ParsedRow)]
    left_out = [item for item in items if isinstance(item, RejectedRow)]
    return taken, left_out, [item for item in items if item not in taken and item not in left_out]


@pytest.mark.parametrize(
    ("name", "headings", "record_class"),
    [
        ("sites.csv", "name,lat,lon", "site"),
        ("Radio Caches.csv", "name,deploy minutes", "radio_cache"),
        ("export.csv", "Call Sign,Radio Service,Grant Date,Expiration Date,Licensee", "licence"),
        ("export.csv", "Talkgroup ID,Alias,System,Encrypted,Patchable", "talkgroup"),
        ("export.csv", "Channel Name,Rx Freq,Rx Tone,Tx Freq,Tx Tone,Mode", "channel"),
        ("export.csv", "Title,Parties,Effective Date,Expiration Date,Covered Assets", "agreement"),
        ("export.csv", "From Site,To Site,Medium,Capacity (Mbps),Carries", "backhaul_link"),
    ],
)
def test_the_class_is_told_by_name_or_headings(write, name, headings, record_class):
    assert open_table(write(name, headings + "\n"), owner_code="us").record_class == record_class


@pytest.mark.parametrize("headings", ["name,remarks", "a,b,c", "42,17"])
def test_a_class_that_is_not_clear_is_asked_for(write, headings):
    with pytest.raises(CasmError, match=r"not clear|None of the first") as caught:
        open_table(write("export.csv", headings + "\n"), owner_code="us")
    assert caught.value.mend


def test_a_table_without_its_key_is_refused_as_a_whole(write):
    with pytest.raises(CasmError, match=r"no column for radio_system and talkgroup_number"):
        open_table(write("talkgroups.csv", "alias,use\nA,b\n"), owner_code="us")


def test_references_name_their_owner_and_container(write):
    path = write(
        "template_slots.csv",
        "Template,Slot,Talkgroup,System,Owner\nus.tn::Load 7,3,us.tn::XSAFETY 1,TACN,US.TN.CAMPBELL\n",
    )
    (row,), _, _ = read(path)
    assert row.owner_code == "us.tn.campbell"
    assert row.references["template"] == Reference("template", "Load 7", "us.tn")
    assert row.references["talkgroup"] == Reference("talkgroup", "XSAFETY 1", "us.tn", "TACN")


def test_a_blank_cell_says_nothing_and_clear_empties(write):
    (first, second), _, _ = read(
        write("sites.csv", "name,battery_hours,remarks,grid power\nA,,n/a,\nB,<clear>,<clear>,no\n")
    )
    assert first.values == {"name": "A"}
    assert second.values == {"name": "B", "remarks": None}
    assert [(one.record_class, one.parent, one.rows) for one in second.children] == [
        ("site_sensitive", "site", (ChildRow({"battery_hours": None, "grid_power": False}),))
    ]


def test_what_cannot_be_cleared_is_reported(write):
    _, (left_out,), _ = read(write("sites.csv", "name,lat,lon\nA,<clear>,-84\n"))
    assert "cannot be cleared" in left_out.problems[0].reason


def test_every_fault_of_a_row_is_said_at_once(write):
    _, (left_out,), _ = read(write("sites.csv", "name,lat,lon,tower height ft,grid power\n,91,-84,tall,perhaps\n"))
    assert [problem.column for problem in left_out.problems] == ["tower height ft", "grid power", "name"]


def test_a_wrong_unit_in_a_heading_is_an_error_of_the_column(write):
    (row,), _, findings = read(write("sites.csv", "name,Tower Height (MHz)\nA,150\n"))
    assert row.values == {"name": "A"}
    assert "MHz is no unit" in findings[0].reason


def test_a_column_with_the_own_name_wins_over_an_alias(write):
    (row,), _, findings = read(write("sites.csv", "Site Name,name,remarks\nalias,own,x\n"))
    assert row.values["name"] == "own"
    assert [(one.severity, one.column) for one in findings] == [(NOTE, "Site Name")]


def test_counties_by_name_code_or_both(write):
    path = write(
        "sites.csv",
        "name,county,state,county_fips\nA,Campbell,TN,\nB,,,47013\nC,Campbell,TN,47013\nD,,,1001\nE,Campbell,TN,47151\n"
        "F,Campbell,,\nG,Narnia,TN,\nH,47013,,\nI,,Tenn,\nJ,,KY,47013\n",
    )
    taken, left_out, _ = read(path)
    codes = {row.values["name"]: (row.values["county_fips"], row.values["state_code"]) for row in taken}
    assert codes == {**dict.fromkeys("ABCH", ("47013", "TN")), "D": ("01001", "AL")}
    assert [row.row for row in left_out] == [6, 7, 8, 10, 11]


def test_heights_that_do_not_add_up_are_noted(write):
    (row,), _, _ = read(
        write("sites.csv", "name,ground elevation m,overall height agl m,overall height amsl m\nA,500,60,600\n")
    )
    assert "make 560 m, not 600 m" in row.notes[0].reason


def test_a_mapping_in_json(write):
    mapping = write(
        "m.json",
        json.dumps(
            {
                "class": "station",
                "owner": "us.pa",
                "columns": {
                    "Svc": "name",
                    "Ht": {"field": "antenna_height_agl_m", "unit": "ft"},
                    "Pol": {"field": "polarization", "values": {"Upright": "vertical"}},
                    "Junk": None,
                },
                "combine": {"remarks": "{A} / {B}"},
                "constants": {"nac": "$293", "sensitivity": "partner"},
            }
        ),
    )
    path = write("services.csv", "SVC,Ht,Pol,Junk,A,B,NAC\nOne,100,upright,z,x,y,\nTwo,100 m,H,z,,,$F7E\n")
    (one, two), _, findings = read(path, mapping=load_mapping(mapping))
    assert findings == []
    assert (one.owner_code, one.record_class) == ("us.pa", "station")
    assert one.values == {
        "name": "One", "antenna_height_agl_m": 30.48, "polarization": "vertical", "remarks": "x / y", "nac": 0x293,
        "sensitivity": "partner",
    }  # fmt: skip
    assert two.values == {
        "name": "Two", "antenna_height_agl_m": 100.0, "polarization": "horizontal", "nac": 0xF7E,
        "sensitivity": "partner",
    }  # fmt: skip


def test_a_mapping_in_csv(write):
    mapping = load_mapping(
        write("m.csv", "column,field,unit,values,constant\nSvc,name,,,\nHt,antenna_height_agl_m,ft,,\n"
              "Pol,polarization,,Upright=vertical;Flat=horizontal,\nJunk,,,,\n,nac,,,$293\n")
    )  # fmt: skip
    (row,), _, findings = read(
        write("x.csv", "Svc,Ht,Pol,Junk\nOne,100,FLAT,z\n"), mapping=mapping, record_class="station"
    )
    assert findings == []
    assert row.values == {"name": "One", "antenna_height_agl_m": 30.48, "polarization": "horizontal", "nac": 0x293}


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ('{"columns": {"Svc": "nome"}}', "no field of a station"),
        ('{"columns": {"Nowhere": "name"}}', "no column 'nowhere'"),
        ('{"columns": {"Svc": {"field": "name", "unit": "cubits"}}}', "not known"),
        ('{"columns": {"Svc": {"name": "x"}}}', "not understood"),
        ('{"combine": {"name": "{Nowhere}"}}', "no column 'Nowhere'"),
        ('{"colums": {}}', "keys that are not known"),
        ('{"columns": []}', "no table of names"),
        ('{"header_row": 9, "columns": {"Svc": "name"}}', "no row 9"),
        ("{", "no sound JSON"),
        ("just text", "no mapping"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(write, mapping, message):
    with pytest.raises(CasmError, match=message) as caught:
        open_table(
            write("x.csv", "Svc,Remarks\nOne,x\n"), owner_code="us", record_class="station",
            mapping=load_mapping(write("m.json", mapping)),
        )  # fmt: skip
    assert caught.value.mend


def test_degrees_minutes_and_seconds_in_columns_of_their_own(write):
    mapping = load_mapping(
        write("m.json", json.dumps({
            "combine": {"latitude": "{LatD} {LatM} {LatS} {LatDir}", "longitude": "{LonD} {LonM} {LonS} {LonDir}"},
            "constants": {"datum": "NAD83"},
        }))
    )  # fmt: skip
    path = write("sites.csv", "name,LatD,LatM,LatS,LatDir,LonD,LonM,LonS,LonDir\nA,36,21,36.0,N,84,15,0,W\nB,,,,,,,,\n")
    (a, b), _, findings = read(path, mapping=mapping)
    assert (a.values["position"].x, a.values["position"].y) == pytest.approx((-84.25, 36.36))
    assert a.values["source_datum"] == "NAD83"
    assert "position" not in b.values
    assert findings == []


def test_a_real_ics217a_worksheet_gives_its_channels(shared_data):
    """220 channel rows with headings on row 4; section rows and ⋮ rows are reported, digital ones say which mode."""
    folder = shared_data / "ics217a"
    path = next(folder.glob("*.csv"))
    taken, left_out, findings = read(path, record_class="channel")
    assert any("headings in row 4" in one.reason for one in findings)
    v01 = next(row for row in taken if row.values["name"] == "V01PSR")
    assert (v01.row, v01.values["rx_freq_hz"], v01.values["tx_freq_hz"]) == (6, 146_960_000, 146_360_000)
    assert (v01.values["rx_squelch_kind"], str(v01.values["tx_ctcss_hz"])) == ("csq", "103.5")
    assert (v01.values["configuration"], v01.values["mode"]) == ("repeater", "analog_fm")
    assert any("footnote" in note.reason for note in v01.notes)
    # Left out: section and filler rows, digital channels with a colour code for a squelch, one mode that says only "D".
    assert (len(taken), len(left_out)) == (212, 58)
    assert all(problem.reason and problem.mend for row in left_out for problem in row.problems)


def test_metres_of_a_projection_are_not_degrees(shared_data):
    """1,009 fire stations of Virginia: X and Y are EPSG:3857, there is a byte order mark; no row is taken wrongly."""
    path = shared_data / "stations_va" / "Fire_Stations_VA.csv"
    mapping = {"columns": {"x": "longitude", "y": "latitude", "name": "name", "state": "state", "address": "address"}}
    from casm.intake.mapping import ColumnMapping, ColumnRule

    rules = {key: ColumnRule(field) for key, field in mapping["columns"].items()}
    taken, left_out, _ = read(path, record_class="site", mapping=ColumnMapping(columns=rules))
    assert (len(taken), len(left_out)) == (0, 1009)
    assert all("projection" in row.problems[0].reason for row in left_out)


def test_the_guide_tells_of_every_class_and_its_mapping_works(fixtures_folder, write):
    guide = (fixtures_folder.parent / "docs" / "importing.md").read_text(encoding="utf-8")
    listed = guide.partition("## One class a file")[2].partition("The class is told")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(CLASSES)
    example = re.search(r"```json\n(.*?)```", guide, re.DOTALL)[1]
    mapping = load_mapping(write("m.json", example))
    assert (mapping.record_class, mapping.columns["range_mi"].unit) == ("station", "mi")
