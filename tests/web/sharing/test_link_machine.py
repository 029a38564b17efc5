"""Links made, opened, given other passwords, revoked and expired in any order: each request finds the state of now."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from repeats import FULL, repeats
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
PASSWORDS = st.sampled_from((None, "first password", "second password"))


def test_a_link_is_open_just_as_long_as_the_model_says(browser_of, world, module_database_urls):
    engine = create_engine(module_database_urls.migrator, poolclass=NullPool)

    def run(statement: str, **values) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement), values)

    class Machine(LinkMachine):
        place = (browser_of, world, run)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=repeats(20, quick=2), stateful_step_count=repeats(15, quick=8), deadline=None,
            suppress_health_check=list(HealthCheck), phases=tuple(Phase) if FULL else (Phase.reuse, Phase.generate),
        ),
    )  # fmt: skip


class LinkMachine(RuleBasedStateMachine):
    """One manager, one holder; of each link its password and its turn, whether it is over, what the holder did."""

    place = None

    @initialize()
    def begin(self) -> None:
        self.browser_of, self.world, self.run = self.place
        self.manager, self.holder = self.browser_of("ann"), self.browser_of(None)
        self.run("UPDATE casm.share_link SET revoked_at = now(), revoked_by = 'test' WHERE revoked_at IS NULL")
        self.run("DELETE FROM casm_gate.throttle")
        self.links: list[dict] = []

    def drawn(self, data) -> dict:
        """One of the links, whatever became of it."""
        return self.links[data.draw(st.integers(0, len(self.links) - 1))]

    @precondition(lambda self: len(self.links) < 3)
    @rule(password=PASSWORDS)
    def make(self, password):
        form = {
            "owner": str(self.world.campbell), "layer": ["site"], "until": TOMORROW, "title": "Machine",
            "password": password or "",
        }  # fmt: skip
        made = self.manager.post("/sharing/links/new", form, page="/sharing/links/new", status=201)
        secret = re.search(r"/s/([\w-]{43})<", made.get_data(as_text=True))[1]
        link_id = re.search(r"/sharing/links/([\w-]+)/revoke", self.manager.text("/sharing"))[1]
        self.links.append(
            {"secret": secret, "id": link_id, "password": password, "turn": 0, "over": False, "arrived": False,
             "opened": None}
        )  # fmt: skip
        self.agree()

    @precondition(lambda self: self.links)
    @rule(data=st.data())
    def arrive(self, data):
        link = self.drawn(data)
        self.holder.get(f"/s/{link['secret']}", 404 if link["over"] else 303)
        if not link["over"]:
            # Arriving anew begins anew: the password is asked for again.
            link["arrived"], link["opened"] = True, None
        self.agree()

    @precondition(lambda self: any(self.asks(link) for link in self.links))
    @rule(data=st.data())
    def give_the_password(self, data):
        link = data.draw(st.sampled_from([link for link in self.links if self.asks(link)]))
        page = f"/shared/{link['id']}"
        self.holder.post(page, {"password": link["password"]}, page=page)
        link["opened"] = link["turn"]
        self.agree()

    @precondition(lambda self: any(not link["over"] for link in self.links))
    @rule(data=st.data(), password=PASSWORDS)
    def change_the_password(self, data, password):
        link = data.draw(st.sampled_from([link for link in self.links if not link["over"]]))
        page = f"/sharing/links/{link['id']}/password"
        self.manager.post(page, {"password": password} if password else {"remove": "yes"}, page=page)
        link["password"], link["turn"] = password, link["turn"] + 1
        self.agree()

    @precondition(lambda self: any(not link["over"] for link in self.links))
    @rule(data=st.data(), expires=st.booleans())
    def end(self, data, expires):
        link = data.draw(st.sampled_from([link for link in self.links if not link["over"]]))
        if expires:
            self.run("UPDATE casm.share_link SET expires_at = now() WHERE id = :id", id=link["id"])
        else:
            self.manager.post(f"/sharing/links/{link['id']}/revoke")
        link["over"] = True
        self.agree()

    @staticmethod
    def asks(link: dict) -> bool:
        """The model: whether the link asks the holder for its password."""
        reached = link["arrived"] and not link["over"]
        return bool(reached and link["password"] and link["opened"] != link["turn"])

    def agree(self) -> None:
        """Every link answers the holder as the model says."""
        for link in self.links:
            page = self.holder.client.get(f"/shared/{link['id']}/table")
            reached = link["arrived"] and not link["over"]
            assert page.status_code == (200 if reached and not self.asks(link) else 404)
            assert ("Ridge" in page.text) == (page.status_code == 200)
            if self.asks(link):
                assert "shared with a password" in self.holder.text(f"/shared/{link['id']}")
            elif not reached:
                self.holder.get(f"/shared/{link['id']}", 404)
