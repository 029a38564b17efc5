"""Events in words."""

import pytest

from casm.audit.sentence import sentence, shown


@pytest.mark.parametrize(
    ("action", "table", "details", "words"),
    [
        ("created", "site", {"name": "Hill"}, "created site Hill"),
        ("changed", "station", {"name": "Hill VHF", "columns": ["erp_w", "remarks"]},
         "changed station Hill VHF (effective radiated power (ERP), remarks)"),
        ("retired", "radio_system", {"name": "P25", "columns": ["retired_at", "status"]}, "retired radio system P25"),
        ("imported", "import_batch", {"file_name": "sites.csv", "rows_created": 3, "rows_reported": 1},
         "imported sites.csv: 3 created, 1 reported"),
        ("imported", "import_batch", {"file_name": "a.csv"}, "imported a.csv: no rows"),
        ("gave a role", "membership", {"role": "agency_reader", "to": "Ann", "account_id": "x"},
         "gave a role (agency reader) to Ann"),
        ("exported", None, {"what": "the map", "marking": "EXERCISE // TLP:AMBER // for your agency", "row_count": 2},
         "exported the map; marking: EXERCISE // TLP:AMBER; row count: 2"),
        ("saw", "contact", {}, "saw contact"),
        ("signed in", None, {}, "signed in"),
        ("made a link", "share_link", {"title": "Map", "with_password": True, "area": None},
         "made a link Map; with password: yes"),
    ],
)  # fmt: skip
def test_an_event_is_one_sentence(action, table, details, words):
    assert sentence(action, table, details) == words


def test_long_lists_end_in_their_number():
    details = {"columns": [f"c{number}" for number in range(9)]}
    assert sentence("changed", "site", details).endswith("C5 and 3 more)")


def test_what_was_shown_goes_by_owner():
    seen = {"Scott County": {"site": 3, "radio_system": 1}, "Anderson County": {"need": 2}}
    assert shown(seen) == "Anderson County: need 2; Scott County: radio system 1, site 3"
    many = {f"Owner {number}": {"site": 1} for number in range(8)}
    assert shown(many).endswith("and of 2 more owners")
    assert shown({}) == ""
