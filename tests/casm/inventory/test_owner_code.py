"""Below, by code: a county is below its state and not below one whose code only begins alike."""

import itertools

from sqlalchemy import select

from casm.inventory.owner import Owner
from casm.inventory.owner_code import above, is_within, within
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMINISTRATOR = Viewer.local_administrator()
CODES = ("us.tn", "us.tn.campbell", "us.tnx", "us.tnx.campbell")


def test_the_database_and_the_program_say_the_same(module_database):
    with module_database.session(ADMINISTRATOR) as session:
        ids = {"us": NATION_OWNER_ID}
        for code in CODES:
            one = Owner(parent_id=ids[code.rpartition(".")[0]], kind="state", name=code, code=code)
            session.add(one)
            session.flush()
            ids[code] = one.id
        for root in ids:
            found = set(session.scalars(select(Owner.code).where(within(root), Owner.id.in_(ids.values()))))
            assert found == {code for code in ids if is_within(code, root)}


def test_above_is_the_other_way_round():
    codes = ("us", *CODES)
    for code, other in itertools.product(codes, codes):
        assert (other in above(code)) == (code != other and is_within(code, other))
    assert above("us") == set()
    assert above("us.tn.campbell") == {"us", "us.tn"}
