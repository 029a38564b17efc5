"""A share link passes on nothing above its owner's ceiling, exact or approximate, from the next request on."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from casm.inventory.site import Site
from casm.sharing.handling import set_handling_text
from casm.sharing.viewer import Viewer

ADMINISTRATOR = Viewer.local_administrator()
SECRET = re.compile(r"http://localhost/s/([\w-]{43})<")


@pytest.fixture
def ridge_above_the_ceiling(world):
    """One site restricted, and a ceiling under it; both taken back at the end."""

    def state(sensitivity: str, ceiling: str | None) -> None:
        with world.database.session(ADMINISTRATOR) as session:
            session.execute(update(Site).where(Site.id == world.ridge).values(sensitivity=sensitivity))
            set_handling_text(session, world.state, tlp_ceiling=ceiling)

    yield lambda: state("restricted", "AMBER")
    state("internal", None)


@pytest.mark.parametrize("precision", ["0", "10000"])
def test_what_is_above_the_ceiling_is_not_passed_on(browser_of, world, ridge_above_the_ceiling, precision):
    form = {
        "owner": str(world.campbell), "layer": ["site"], "title": f"Within {precision} m", "precision": precision,
        "until": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}",
    }  # fmt: skip
    ann, holder = browser_of("ann"), browser_of(None)
    page = ann.post("/sharing/links/new", form, page="/sharing/links/new", status=201).get_data(as_text=True)
    address = holder.get(f"/s/{SECRET.search(page)[1]}", 303).headers["Location"]
    before = holder.text(address)
    ridge_above_the_ceiling()
    after = holder.get(address)
    assert after.headers["CASM-Marking"].startswith("EXERCISE // TLP:AMBER" if precision == "0" else "TLP:")
    assert "TLP:RED" not in after.text
    if precision == "0":
        assert '"name": "Ridge"' in before
        assert '"name": "Ridge"' not in after.text
        assert '"name": "Valley"' in after.text
    else:
        assert len(re.findall(r"\d sites?", after.text)) < len(re.findall(r"\d sites?", before))
    # Who is signed in sees it still, and so that it is RED.
    assert '"name": "Ridge"' in ann.text("/")
    assert ann.get("/").headers["CASM-Marking"].startswith("EXERCISE // TLP:RED")
