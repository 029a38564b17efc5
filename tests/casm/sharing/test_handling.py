"""Rules of handling: inherited down the tree, stated by who rules the owner and nobody else, whole or refused."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.handling import UNSTATED, handling_of_owners, read_handling_text, set_handling_text
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMINISTRATOR = Viewer.local_administrator()


@pytest.fixture
def tree(database):
    """A state, its county, the county's agency, and another state."""
    ids = {code: uuid.uuid4() for code in ("us.tn", "us.tn.campbell", "us.tn.campbell.ems", "us.ky")}
    kinds = {"us.tn": "state", "us.ky": "state", "us.tn.campbell": "county", "us.tn.campbell.ems": "agency"}
    with database.session(ADMINISTRATOR) as session:
        for code, owner_id in ids.items():
            parent = ids.get(code.rpartition(".")[0], NATION_OWNER_ID)
            session.add(Owner(id=owner_id, parent_id=parent, kind=kinds[code], name=code, code=code))
            session.flush()
    return ids


def test_rules_go_down_the_tree_and_only_become_stricter(database, tree):
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, tree["us.tn"], words="State", tlp_floor="GREEN", tlp_ceiling="AMBER")
        set_handling_text(
            session, tree["us.tn.campbell"], tlp_floor="CLEAR", tlp_ceiling="RED", release_up_to="partner"
        )
        set_handling_text(session, tree["us.tn.campbell.ems"], words="Own", release_up_to="internal")
        found = handling_of_owners(session, tree.values())
    agency, county, other = (found[tree[code]] for code in ("us.tn.campbell.ems", "us.tn.campbell", "us.ky"))
    assert (agency.text, agency.text_of) == ("Own", "us.tn.campbell.ems")
    assert (county.text, county.text_of) == ("State", "us.tn")
    assert (agency.floor, agency.ceiling, agency.release_up_to) == ("GREEN", "AMBER", "partner")
    assert other == UNSTATED


def test_what_follows_from_the_rules(database, tree):
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, tree["us.tn"], tlp_ceiling="AMBER", release_up_to="partner")
        set_handling_text(session, tree["us.ky"], tlp_floor="GREEN")
        found = handling_of_owners(session, [tree["us.tn.campbell"], tree["us.ky"]])
    campbell, kentucky = found[tree["us.tn.campbell"]], found[tree["us.ky"]]
    assert [campbell.may_leave(s) for s in ("public", "internal", "restricted")] == [True, True, False]
    assert [campbell.may_be_released(s) for s in ("public", "partner", "internal")] == [True, True, False]
    assert kentucky.tlp_of("public") == "GREEN"
    assert not kentucky.may_be_released("public")
    assert UNSTATED.may_leave("restricted")
    assert [UNSTATED.may_be_released(s) for s in ("public", "partner")] == [True, False]


def test_stated_again_they_are_replaced_whole(database, tree):
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, tree["us.tn"], words="First", tlp_floor="RED")
        set_handling_text(session, tree["us.tn"], words="  Second ")
        session.expire_all()
        stated = read_handling_text(session, tree["us.tn"])
        assert (stated.text, stated.tlp_floor, stated.set_by) == ("Second", None, "local administrator")
        assert read_handling_text(session, tree["us.ky"]) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"words": "x" * 241}, "240 characters"),
        ({"words": "two\nlines"}, "no line"),
        ({"tlp_floor": "WHITE"}, "AMBER\\+STRICT"),
        ({"tlp_ceiling": "amber"}, "not known"),
        ({"release_up_to": "restricted"}, "public, partner, internal"),
        ({"tlp_floor": "RED", "tlp_ceiling": "GREEN"}, "above the ceiling"),
    ],
)
def test_rules_that_are_none_are_refused_in_words(database, tree, given, said):
    with database.session(ADMINISTRATOR) as session, pytest.raises(CasmError, match=said):
        set_handling_text(session, tree["us.tn"], **given)


def test_only_who_rules_the_owner_states_its_rules(database, tree):
    neighbour = Viewer.of_owner("neighbour", tree["us.ky"], may_write=True)
    with pytest.raises(DBAPIError, match="row-level security"), database.session(neighbour) as session:
        set_handling_text(session, tree["us.tn"], words="Ours")
    reader = Viewer.of_owner("reader", tree["us.tn"])
    with pytest.raises(DBAPIError, match="row-level security"), database.session(reader) as session:
        set_handling_text(session, tree["us.tn"], words="Mine")


def test_nobody_signs_with_anothers_name(database, tree):
    with pytest.raises(DBAPIError, match="row-level security"), database.session(ADMINISTRATOR) as session:
        session.execute(
            text(
                "INSERT INTO handling_text (id, owner_id, text, set_by) VALUES (gen_random_uuid(), :owner, 'x', 'Bob')"
            ),
            {"owner": tree["us.tn"]},
        )


def test_the_rules_of_others_are_not_read(database, tree):
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, tree["us.ky"], words="Kentucky's own")
    with database.session(Viewer.of_owner("reader", tree["us.tn.campbell"])) as session:
        assert session.scalar(text("SELECT count(*) FROM handling_text")) == 0
        assert read_handling_text(session, tree["us.ky"]) is None
