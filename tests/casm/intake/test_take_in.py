"""Whole folders: owners by sub-folder, classes by file name, in the order in which rows refer to one another."""

import pytest

from casm.errors import CasmError

FILES = {
    "owners.csv": "code,kind,name\nus.tn.campbell,county,Campbell\nus.tn,state,Tennessee\nus.ky,state,Kentucky\n",
    "us.tn/radio_systems.csv": "name,technology,issi peers\nTACN,P25 Phase II,us.ky::KEWS\n",
    "us.ky/radio_systems.csv": "name,technology,issi peers\nKEWS,P25,us.tn::TACN\n",
    "us.tn/talkgroups.csv": "system,tgid,alias,encryption state,algorithm,ckr\nTACN,7001,SAFETY 1,clear,,\n"
    "TACN,7002,TASK 1,strapped,AES,CKR 102\n",
    "us.tn.campbell/agencies.csv": "name,abbreviation,discipline,parent agency\nLaFollette Police,LPD,LE,Sheriff\n"
    "Sheriff,CCSO,LE,\n",
    "us.tn.campbell/fleets.csv": "name,agency,bands,modes,encryption_algorithms,key_references\n"
    "LPD portables,LPD,VHF;7/800,analog; P25,AES-256,102;CKR 103\n",
    "us.tn.campbell/templates.csv": "fleet,name\nLPD portables,Load 7\n",
    "us.tn.campbell/template_slots.csv": "template,zone,position,talkgroup,channel\nLoad 7,A,1,7001,\n"
    "Load 7,A,2,us.tn::TASK 1,\nLoad 7,A,3,,VTAC99\n",
    "us.tn.campbell/agreements.csv": "title,kind,parties,covered assets,effective date,open ended\n"
    "State users,MOU,LPD;Sheriff,radio system=TACN; talkgroup=us.tn::SAFETY 1,2020-04-01,yes\n",
    "us.tn.campbell/needs.csv": "name,parties,required level,within,area share\n"
    "Police and sheriff,LPD;CCSO,3,10 min,95%\n",
    "us.tn.campbell/contacts.csv": "name,agency,role,email\nRadio officer,LPD,Technical,radio@example.gov\n",
    "README.md": "not a table",
    "us.tn/notes.docx": "not a table either",
}  # fmt: skip


@pytest.fixture
def folder(write):
    for name, text in FILES.items():
        path = write(f"county/{name}", text)
    return path.parents[1]


def test_a_folder_comes_in_whole(intake, folder, counts):
    taken = intake.take_folder(folder)
    assert [problem.file for problem in taken.refused] == ["us.tn/notes.docx"]
    outcome = {report.file_name: counts(report) for report in taken.reports}
    slots = outcome.pop("us.tn.campbell/template_slots.csv")
    assert slots == (2, 0, 0, 1)
    assert {counted[1:] for counted in outcome.values()} == {(0, 0, 0)}
    assert sum(counted[0] for counted in outcome.values()) == 3 + 2 + 2 + 2 + 1 + 1 + 1 + 1 + 1
    reported = [problem for report in taken.reports for problem in report.problems]
    assert ["VTAC99" in problem.reason for problem in reported] == [True]
    assert intake.rows("SELECT o.code, s.name, p.name FROM system_peer x JOIN owner o ON o.id = x.owner_id "
                       "JOIN radio_system s ON s.id = x.radio_system_id JOIN radio_system p ON p.id = x.peer_system_id "
                       "ORDER BY 1") == [("us.ky", "KEWS", "TACN"), ("us.tn", "TACN", "KEWS")]  # fmt: skip
    assert intake.rows("SELECT t.alias, e.state, e.algorithm, e.key_reference FROM resource_encryption e "
                       "JOIN talkgroup t ON t.id = e.talkgroup_id ORDER BY 1") == [
        ("SAFETY 1", "clear", None, None), ("TASK 1", "strapped", "aes_256", 102)]  # fmt: skip
    assert intake.rows("SELECT algorithms, key_references FROM fleet_encryption") == [(["aes_256"], ["102", "103"])]
    assert intake.rows("SELECT asset_class, count(*) FROM agreement_asset GROUP BY 1 ORDER BY 1") == [
        ("radio_system", 1), ("talkgroup", 1)]  # fmt: skip
    assert intake.value("SELECT count(*) FROM need_party") == 2
    assert intake.rows("SELECT required_level, within_minutes, coverage_probability, area_share FROM need") == [
        (3, 10, 0.95, 0.95)
    ]


def test_a_folder_twice_changes_nothing(intake, folder, counts):
    intake.take_folder(folder)
    before = intake.inventory()
    again = intake.take_folder(folder)
    assert {counts(report)[:2] for report in again.reports} == {(0, 0)}
    assert intake.inventory() == before
    assert intake.value("SELECT count(*) FROM history") == 0


def test_a_party_taken_out_is_retired_and_kept_in_history(intake, folder, write, counts):
    intake.take_folder(folder)
    path = write("agreements.csv", "title,parties\nState users,Sheriff\n")
    assert counts(intake.take(path, owner="us.tn.campbell")) == (0, 1, 0, 0)
    assert intake.rows(
        "SELECT a.abbreviation, p.status FROM agreement_party p JOIN agency a ON a.id = p.agency_id ORDER BY 1"
    ) == [("CCSO", "active"), ("LPD", "retired")]
    assert intake.value("SELECT count(*) FROM agreement_asset WHERE status = 'active'") == 2
    assert intake.value("SELECT count(*) FROM history") == 1


def test_service_areas_are_unions_of_counties(intake, write, counts, reasons):
    intake.take_boundaries(["TN"])
    path = write(
        "agencies.csv",
        'name,jurisdiction,service area fips\nTask Force,"Campbell County, TN",47013;47151\nNowhere,47013,99999\n',
    )
    report = intake.take(path)
    assert counts(report) == (1, 0, 0, 1)
    assert "no jurisdiction '99999'" in reasons(report)[3]
    assert intake.value(
        "SELECT ST_Equals(service_area, (SELECT ST_Union(area) FROM jurisdiction WHERE code IN ('47013', '47151'))) "
        "FROM agency"
    )
    assert intake.rows("SELECT a.service_area_source, j.code FROM agency a JOIN jurisdiction j "
                       "ON j.id = a.jurisdiction_id") == [("jurisdictions 47013, 47151", "47013")]  # fmt: skip
    assert counts(intake.take(path)) == (0, 0, 1, 1)


def test_names_are_looked_for_near_first_then_anywhere_if_there_is_one(intake, write, counts, reasons):
    for code, kind in (("us.tn", "state"), ("us.tn.a", "county"), ("us.tn.b", "county"), ("us.ky", "state")):
        intake.add_owner(code, kind)
    for owner, names in {
        "us.tn": ["Shared", "State only"], "us.tn.a": ["Shared"], "us.tn.b": ["Twice"], "us.ky": ["Twice", "Once"],
        "public": ["Public one"],
    }.items():  # fmt: skip
        intake.take(write("sites.csv", "name\n" + "\n".join(names) + "\n"), owner=owner)
    asked = ["Shared", "State only", "once", "Once", "Twice", "us.ky::Twice", "Public One", "us.nowhere::X", "Gone"]
    lines = [f"Station {number},{name}" for number, name in enumerate(asked)]
    report = intake.take(write("stations.csv", "name,site\n" + "\n".join(lines) + "\n"), owner="us.tn.a")
    found = dict(intake.rows(
        "SELECT s.name, o.code || '::' || t.name FROM station s JOIN site t ON t.id = s.site_id "
        "JOIN owner o ON o.id = t.owner_id"
    ))  # fmt: skip
    assert found == {
        "Station 0": "us.tn.a::Shared", "Station 1": "us.tn::State only", "Station 3": "us.ky::Once",
        "Station 5": "us.ky::Twice", "Station 6": "public::Public one",
    }  # fmt: skip
    said = reasons(report)
    # Elsewhere only the exact name counts, and only where it is one record's.
    assert "no site 'once'" in said[4]
    assert "names 2 site records (us.ky, us.tn.b)" in said[6]
    assert "no owner 'us.nowhere'" in said[9]
    assert "no site 'Gone'" in said[10]
    assert counts(report) == (5, 0, 0, 4)


def test_a_talkgroup_of_two_systems_needs_its_system(intake, write, counts, reasons):
    intake.take(write("radio_systems.csv", "name\nA\nB\n"))
    intake.take(write("talkgroups.csv", "system,tgid,alias\nA,1,Fire\nB,2,Fire\n"))
    intake.take(write("gateways.csv", "name\nPatch\n"))
    ports = "gateway,port,talkgroup,system\nPatch,1,Fire,\nPatch,2,Fire,B\nPatch,3,1,A\n"
    report = intake.take(write("gateway_ports.csv", ports))
    assert counts(report) == (2, 0, 0, 1)
    assert "names 2 talkgroup records" in reasons(report)[2]
    assert intake.rows("SELECT port_number, t.talkgroup_number FROM gateway_port p JOIN talkgroup t "
                       "ON t.id = p.talkgroup_id ORDER BY 1") == [(2, 2), (3, 1)]  # fmt: skip


def test_one_file_that_cannot_be_read_says_so(intake, write):
    with pytest.raises(CasmError, match="no kind that can be taken in"):
        intake.take(write("sheet.xlsx", b"PK\x03\x04"))
    with pytest.raises(CasmError, match="no file or folder"):
        intake.take(write("a.csv", "name\n").with_name("b.csv"))
    with pytest.raises(CasmError, match=r"no owner 'us\.zz'"):
        intake.take(write("sites.csv", "name\nA\n"), owner="us.zz")
