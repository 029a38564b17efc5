"""Roles, grants and their ends in any order: rows, exports, results and "who sees it" agree with a simple model."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from repeats import FULL, repeats
from shapely.geometry import box
from sqlalchemy import select

from casm.db.tables import Owner, Result, Site
from casm.exchange.layers.plant import read_sites
from casm.sharing.grants import give_grant, revoke_grant
from casm.sharing.links import make_link, revoke_link
from casm.sharing.members import end_membership, give_membership
from casm.sharing.recipients import Recipient
from casm.sharing.role import ROLES
from casm.sharing.shared_part import shared_part
from casm.sharing.viewer import NATION_OWNER_ID, Viewer
from casm.sharing.who_sees import who_sees

ADMINISTRATOR = Viewer.local_administrator()
WEST = box(-85, 36, -84, 37)
WESTERN, EASTERN = "SRID=4326;POINT(-84.5 36.5)", "SRID=4326;POINT(-83.5 36.5)"
PARENT = {"us.st": "us", "us.st.one": "us.st", "us.st.two": "us.st", "us.st.two.fire": "us.st.two"}
PEOPLE = ("ann", "bob", "cid")
ROLE = st.sampled_from(("administrative_manager", "agency_editor", "agency_reader", "partner", "auditor"))
OWNER = st.sampled_from(tuple(PARENT))
LAYERS = st.sampled_from((("site",), ("site", "station"), ("station",), ("coverage",), ("site", "coverage")))


def within(owner: str | None, top: str) -> bool:
    """Whether an owner is another one, or below it."""
    while owner is not None and owner != top:
        owner = PARENT.get(owner)
    return owner == top


@pytest.fixture
def place(two_counties, people):
    """The tree with two towers and a result at each owner, and three people."""
    world, owners = two_counties, {"us": NATION_OWNER_ID, "us.st": two_counties.state}
    owners |= {"us.st.one": world.one, "us.st.two": world.two, "us.st.two.fire": uuid.uuid4()}
    towers = {}
    with world.database.session(ADMINISTRATOR) as session:
        session.add(
            Owner(id=owners["us.st.two.fire"], parent_id=world.two, kind="agency", name="Fire", code="us.st.two.fire")
        )
        session.flush()
        for code in PARENT:
            for name, position in (("west", WESTERN), ("east", EASTERN)):
                site = Site(id=uuid.uuid4(), owner_id=owners[code], name=f"{code} {name}", position=position)
                towers[site.id] = (code, name)
                session.add(site)
    for code in PARENT:
        # Computed from one owner's records alone, so that it is for whoever is shown just these.
        with world.database.session(
            Viewer.of_owner("computing", owners[code], may_write=True, all_fields=True)
        ) as session:
            session.add(
                Result(
                    owner_id=owners[code], kind="system_coverage", result_key=code, title=code, method="m",
                    method_version="1", inputs_sha256="0" * 64, audience=[owners[code]], field_classes=["public"],
                    input_ids=[], computed_at=datetime.now(UTC),
                )
            )  # fmt: skip
    viewers = {name: people.account(name.title(), world.one if name == "ann" else world.two) for name in PEOPLE}
    world.owners, world.towers, world.viewers, world.people = owners, towers, viewers, people
    return world


def test_what_is_seen_is_what_the_model_says(place):
    class Machine(SharingMachine):
        world = place

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=repeats(25, quick=2), stateful_step_count=repeats(15, quick=8), deadline=None,
            suppress_health_check=list(HealthCheck), phases=tuple(Phase) if FULL else (Phase.reuse, Phase.generate),
        ),
    )  # fmt: skip


class SharingMachine(RuleBasedStateMachine):
    """The model: lists of what is in force, and one rule for who sees what."""

    world = None

    @initialize()
    def begin(self) -> None:
        self.memberships, self.grants, self.links, self.off = {}, {}, {}, set()
        self.turn = 0
        for table in ("casm.membership", "casm.sharing_grant", "casm.share_link"):
            self.world.people.run(f"DELETE FROM {table}")
        self.world.people.run("UPDATE casm_gate.account SET state = 'active', deactivated_at = NULL")

    def change(self, function, *arguments, **named):
        """Do something as the administrator and look at everything at once."""
        with self.world.database.session(ADMINISTRATOR) as session:
            return function(session, *arguments, **named)

    @rule(name=st.sampled_from(PEOPLE), at=OWNER, role=ROLE)
    def give_a_role(self, name, at, role):
        if (name, at, role) not in self.memberships:
            viewer = self.world.viewers[name]
            made = self.change(give_membership, self.world.owners[at], viewer.principal_id, role)
            self.memberships[(name, at, role)] = made.id
        self.agree()

    @precondition(lambda self: self.memberships)
    @rule(data=st.data())
    def end_a_role(self, data):
        chosen = data.draw(st.sampled_from(sorted(self.memberships)))
        self.change(end_membership, self.memberships.pop(chosen), knowingly=True)
        self.agree()

    @rule(
        at=OWNER, layers=LAYERS, to=st.sampled_from((*PEOPLE, *PARENT)), in_west=st.booleans(),
        precision_m=st.sampled_from((0, 0, 0, 1000)),
    )  # fmt: skip
    def give_a_grant(self, at, layers, to, in_west, precision_m):
        if at == to:
            return
        area = WEST if in_west and "site" in layers and "coverage" not in layers else None
        precision_m = 0 if "coverage" in layers else precision_m
        recipient = (
            Recipient(to, account_id=self.world.viewers[to].principal_id) if to in PEOPLE
            else Recipient(to, owner_id=self.world.owners[to])
        )  # fmt: skip
        part = shared_part(layers, ["public"], area, precision_m)
        until = datetime.now(UTC) + timedelta(days=1)
        made = self.change(give_grant, self.world.owners[at], part, recipient, until)
        self.grants[made.id] = (at, layers, to, area is not None, precision_m)
        self.agree()

    @precondition(lambda self: self.grants)
    @rule(data=st.data(), expires=st.booleans())
    def end_a_grant(self, data, expires):
        chosen = data.draw(st.sampled_from(sorted(self.grants)))
        if expires:
            self.world.people.run(
                "UPDATE casm.sharing_grant SET valid_from = now() - interval '2 hours', "
                "valid_until = now() - interval '1 hour' WHERE id = :id",
                id=chosen,
            )
        else:
            self.change(revoke_grant, chosen)
        del self.grants[chosen]
        self.agree()

    @rule(at=OWNER, in_west=st.booleans())
    def make_a_link(self, at, in_west):
        part = shared_part(["site"], ["public"], WEST if in_west else None)
        link, _token = self.change(make_link, self.world.owners[at], "A link", part)
        self.links[link.id] = (at, in_west)
        self.agree()

    @precondition(lambda self: self.links)
    @rule(data=st.data(), expires=st.booleans())
    def end_a_link(self, data, expires):
        chosen = data.draw(st.sampled_from(sorted(self.links)))
        if expires:
            self.world.people.run("UPDATE casm.share_link SET expires_at = now() WHERE id = :id", id=chosen)
        else:
            self.change(revoke_link, chosen)
        at, _in_west = self.links.pop(chosen)
        assert self.seen_by(Viewer.of_link(chosen, self.world.owners[at])) == (set(), set())
        self.agree()

    @rule(name=st.sampled_from(PEOPLE))
    def deactivate_or_let_in(self, name):
        off = name not in self.off
        self.off ^= {name}
        self.world.people.run(
            "UPDATE casm_gate.account SET state = CASE WHEN :off THEN 'deactivated' ELSE 'active' END, "
            "deactivated_at = CASE WHEN :off THEN now() END WHERE id = :id",
            off=off, id=self.world.viewers[name].principal_id,
        )  # fmt: skip
        self.agree()

    def scopes(self, name: str) -> list[tuple[str, tuple[str, ...] | None, bool]]:
        """The model: what somebody is shown as it is: of which subtree, which layers (None: all), the west only."""
        if name in self.off:
            return []
        roles = [(at, ROLES[role]) for who, at, role in self.memberships if who == name]
        own = [(at, None, False) for at, role in roles if role.reads]
        shown = [
            (at, layers, in_west)
            for at, layers, to, in_west, precision_m in self.grants.values()
            if precision_m == 0 and (to == name or any(role.receives and within(of, to) for of, role in roles))
        ]
        return own + shown

    def towers_for(self, name: str) -> set[uuid.UUID]:
        """The model: the towers somebody sees."""
        return {
            tower
            for tower, (owner, where) in self.world.towers.items()
            for at, layers, in_west in self.scopes(name)
            if within(owner, at) and (layers is None or "site" in layers) and (not in_west or where == "west")
        }

    def results_for(self, name: str) -> set[str]:
        """The model: the results somebody sees, which are those of the very subtrees that are shown."""
        return {at for at, layers, _in_west in self.scopes(name) if layers is None or "coverage" in layers}

    def seen_by(self, viewer: Viewer) -> tuple[set[uuid.UUID], set[str]]:
        """The towers of our tree that a viewer's exports hold, and the keys of the results it reads."""
        with self.world.database.session(viewer) as session:
            exported = {feature.id for feature in read_sites(session)} & set(self.world.towers)
            return exported, set(session.scalars(select(Result.result_key)))

    def agree(self) -> None:
        """Everybody sees what the model says; and the page says who sees a tower."""
        reaching: dict[uuid.UUID, set[str]] = {tower: set() for tower in self.world.towers}
        for name, viewer in self.world.viewers.items():
            towers = self.towers_for(name)
            assert self.seen_by(viewer) == (towers, self.results_for(name)), name
            for tower in towers:
                reaching[tower].add(name)
        for link_id, (at, in_west) in self.links.items():
            wanted = {tower for tower in self.world.towers if self.link_reaches(at, in_west, tower)}
            assert self.seen_by(Viewer.of_link(link_id, self.world.owners[at])) == (wanted, set())
        self.turn = (self.turn + 3) % len(self.world.towers)
        self.who_sees_agrees(sorted(self.world.towers)[self.turn], reaching)

    def link_reaches(self, at: str, in_west: bool, tower: uuid.UUID) -> bool:
        """The model: whether a link shows a tower."""
        owner, where = self.world.towers[tower]
        return within(owner, at) and (not in_west or where == "west")

    def who_sees_agrees(self, tower: uuid.UUID, reaching: dict[uuid.UUID, set[str]]) -> None:
        """The answer to "who can see this tower" names everyone who does, and nobody else."""
        member_of = {made: who for (who, _at, _role), made in self.memberships.items()}
        names: set[str] = set()
        links: set[uuid.UUID] = set()
        for reach in self.change(who_sees, "site", tower).reaches:
            if reach.via == "membership":
                names.add(member_of[reach.via_id])
            elif reach.via == "link":
                links.add(reach.via_id)
            elif reach.precision_m == 0:
                to = self.grants[reach.via_id][2]
                names |= {to} & set(PEOPLE) or {
                    who for who, of, role in self.memberships if ROLES[role].receives and within(of, to)
                }
        assert names - self.off == reaching[tower]
        assert links == {link for link, (at, in_west) in self.links.items() if self.link_reaches(at, in_west, tower)}
