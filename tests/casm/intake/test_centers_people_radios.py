"""Dispatch centers, personnel, radios and vehicles in files: people's own headings, parts, and what is kept apart."""

import pytest

CENTERS = """PSAP Name,PSAP ID,Type,County Name,State,Lat,Long,Consoles,NG911,Backup PSAP,CAD to CAD
Campbell 911,6541,primary,Campbell,TN,36.33,-84.18,6,transitional,Annex,Anderson 911
Anderson 911,6530,Main,Anderson,TN,36.10,-84.13,8,NENA i3,,Campbell 911
Annex,,backup,,,,,2,legacy,,
Bad,PSAP-1,primary,Campbell,KY,36.33,-84.18,6,legacy,,
"""


@pytest.fixture
def in_tennessee(intake):
    intake.add_owner("us.tn", "state")
    return intake


def test_centers_name_each_other_in_any_order_and_twice_changes_nothing(in_tennessee, write, counts, reasons):
    intake = in_tennessee
    path = write("psaps.csv", CENTERS)
    report = intake.take(path, owner="us.tn")
    assert counts(report) == (3, 0, 0, 1)
    assert "a number of one to six digits" in reasons(report)[5]
    assert "there is no one county of this name in Kentucky" not in reasons(report)[5]
    assert intake.rows(
        "SELECT name, fcc_psap_id, kind, county_fips, state_code, ng911_stage FROM dispatch_center ORDER BY name"
    ) == [
        ("Anderson 911", "6530", "primary", "47001", "TN", "i3"),
        ("Annex", None, "backup", None, None, "legacy"),
        ("Campbell 911", "6541", "primary", "47013", "TN", "i3_transitional"),
    ]
    assert intake.rows(
        "SELECT a.name, b.name FROM dispatch_center_peer p JOIN dispatch_center a ON a.id = p.dispatch_center_id "
        "JOIN dispatch_center b ON b.id = p.peer_center_id ORDER BY 1"
    ) == [("Anderson 911", "Campbell 911"), ("Campbell 911", "Anderson 911")]
    before = intake.inventory()
    assert counts(intake.take(path, owner="us.tn"))[:2] == (0, 0)
    assert intake.inventory() == before


def test_people_with_their_positions_and_their_telephones_apart(in_tennessee, write, counts, reasons):
    intake = in_tennessee
    members = "Full Name,Positions,Deploys,Lat,Lon,Cell Phone,E-mail\n" \
              'Pat Lee,"COML, comt",statewide,36.3,-84.2,423-555-0111,pat@example.gov\n' \
              "Sam Roe,AUXCOMM,EMAC,,,,not an address\n"  # fmt: skip
    report = intake.take(write("comu.csv", members), owner="us.tn")
    assert counts(report) == (1, 0, 0, 1)
    (told,) = [problem for problem in report.problems if problem.row == 3]
    assert (told.field_class, told.column) == ("contact", "E-mail")
    assert intake.rows("SELECT mobile, email FROM comm_unit_member_contact") == [("423-555-0111", "pat@example.gov")]
    books = "Person,Position,PTB Status,Recognized,Expires\nPat Lee,COML,signed,5/1/2024,5/1/2027\n" \
            "Pat Lee,COMT,in progress,,\nPat Lee,INTD,signed,2026-01-01,2025-01-01\n"  # fmt: skip
    report = intake.take(write("task_books.csv", books), owner="us.tn")
    assert counts(report) == (0, 2, 0, 1)
    assert reasons(report)[4] == "the recognition ends before it begins"
    held = "SELECT unit_position, task_book_status, expires_on::text FROM comm_unit_qualification WHERE status = :s " \
           "ORDER BY 1"  # fmt: skip
    assert intake.rows(held, s="active") == [("COML", "signed", "2027-05-01"), ("COMT", "open", None)]
    # The roster again: task books stay as they are, and a position that is listed no more is retired.
    again = write("b/comu.csv", "name,positions\nPat Lee,COML; RADO\n")
    assert counts(intake.take(again, owner="us.tn")) == (0, 1, 0, 0)
    assert intake.rows(held, s="active") == [("COML", "signed", "2027-05-01"), ("RADO", None, None)]
    assert intake.rows(held, s="retired") == [("COMT", "open", None)]


def test_findings_about_a_radio_or_a_circuit_code_are_sensitive(in_tennessee, write, counts):
    intake = in_tennessee
    intake.take(write("agencies.csv", "name\nSheriff\n"), owner="us.tn")
    intake.take(write("fleets.csv", "name,agency\nPortables,Sheriff\n"), owner="us.tn")
    intake.take(write("templates.csv", "fleet,name\nPortables,Load 7\n"), owner="us.tn")
    radios = "Serial No,RID,Fleet,Codeplug,Lifecycle,Warranty\n" \
             "579CXY1234,$2BF21,Portables,Load 7,in service,2027-01-31\n" \
             "579CXY1235,16777216,Portables,Load 7,issued,\n0579.0,177,Portables,,scrapped,\n"  # fmt: skip
    report = intake.take(write("radios.csv", radios), owner="us.tn", record_class="radio")
    assert counts(report) == (2, 0, 0, 1)
    assert {problem.field_class for problem in report.problems if problem.row} == {"sensitive"}
    assert intake.rows("SELECT serial_number, unit_id, life_cycle FROM radio ORDER BY 1") == [
        ("0579", 177, "disposed"), ("579CXY1234", 0x2BF21, "active")]  # fmt: skip
    services = "Service,Network,WPS,TSP\nData,FirstNet,4,tsp12c456-03; TSP0A1234-E5\nVoice,other,1,12C456\n"
    report = intake.take(write("broadband.csv", services), owner="us.tn")
    assert counts(report) == (1, 0, 0, 1)
    assert [problem.field_class for problem in report.problems if problem.row == 3] == ["sensitive"]
    assert intake.rows("SELECT tsp_codes FROM broadband_service_sensitive") == [(["TSP12C456-03", "TSP0A1234-E5"],)]


def test_a_vehicle_s_measures_need_their_units(in_tennessee, write, counts):
    head = "Vehicle,Type,Bands,Mast,Range,Generator\n"
    report = in_tennessee.take(
        write("mcvs.csv", head + "Comm 1,2,7/800; VHF,42 ft,300 mi,12 kW\nComm 2,1,VHF,42,300 mi,12 kW\n"),
        owner="us.tn",
    )
    assert counts(report) == (2, 0, 0, 0)
    assert [(problem.column, problem.severity) for problem in report.problems] == [("Mast", "error")]
    assert in_tennessee.rows("SELECT nims_type, bands, mast_height_m, driving_range_m FROM mobile_comm_vehicle "
                             "ORDER BY name") == [
        (2, ["700", "800", "VHF"], pytest.approx(12.8016), pytest.approx(482_803.2)),
        (1, ["VHF"], None, pytest.approx(482_803.2))]  # fmt: skip
