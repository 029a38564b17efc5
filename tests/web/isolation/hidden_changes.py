"""Whatever happens among those hidden from the asker, every answer to the asker stays as it was, byte for byte.

The asker's pages are remembered once; then hidden things are made, changed, shared and taken away in any order, and the
same pages asked for again. An answer that moves has told of what it must not know: by a row, a count, an extent, an
ETag or the order of something. Each file of tests takes two of the four askers, so that two cores share them.
"""

import difflib
import random
import uuid
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from repeats import FULL

from casm.db.tables import Job, Owner, Result, Site
from casm.editing.change_record import create_record
from casm.sharing.viewer import Viewer

# 4 askers × 500 traces, in parts that each take a minute or so.
PARTS, TRACES = (range(5), 100) if FULL else (range(1), 4)
# Of one class, by one change: a change of every row tells no more, and takes longer with each row that was made.
ROWS_CHANGED = 5
ADMINISTRATOR = Viewer.local_administrator()
TABLES = ("site", "agency", "station", "channel", "talkgroup", "fleet", "need", "gateway", "contact", "site_sensitive")


def make_record(world, draw) -> None:
    name, place = f"Hidden {uuid.uuid4()}", f"SRID=4326;POINT({draw.uniform(-125, -70)} {draw.uniform(25, 48)})"
    with world.database.session(ADMINISTRATOR) as session:
        if draw.random() < 0.5:
            session.add(Site(owner_id=world.owners["foreign"], name=name, position=place))
        else:
            create_record(session, "agency", world.owners["foreign"], {"name": name})


def change_record(world, draw) -> None:
    table = draw.choice(TABLES)
    world.run(
        f"UPDATE casm.{table} SET remarks = :r, verified_on = current_date "
        f"WHERE id IN (SELECT id FROM casm.{table} WHERE owner_id = :o ORDER BY random() LIMIT {ROWS_CHANGED})",
        r=f"changed {draw.random()}", o=world.owners["foreign"],
    )  # fmt: skip


def retire_record(world, draw) -> None:
    status = draw.choice(("retired", "active", "planned"))
    world.run(
        "UPDATE casm.site SET status = CAST(:s AS varchar), retired_at = CASE WHEN :s = 'retired' THEN now() END "
        "WHERE id IN (SELECT id FROM casm.site WHERE owner_id = :o AND name <> 'Town Hall' "
        f"ORDER BY random() LIMIT {ROWS_CHANGED})",
        s=status, o=world.owners["foreign"],
    )  # fmt: skip


def give_role(world, draw) -> None:
    account = uuid.uuid4()
    world.run(
        "INSERT INTO casm_gate.account (id, email, name, state, home_owner_id, approved_at) "
        "VALUES (:id, :email, 'Somebody', 'active', :o, now())",
        id=account, email=f"{account.hex}@agency.example", o=world.owners["foreign"],
    )  # fmt: skip
    world.run(
        "INSERT INTO casm.membership (id, owner_id, account_id, role, field_classes, granted_by) "
        "VALUES (gen_random_uuid(), :o, :a, :role, '{public}', 'test')",
        o=world.owners["foreign"], a=account, role=draw.choice(("agency_reader", "auditor", "partner")),
    )  # fmt: skip


def share_elsewhere(world, draw) -> None:
    world.run(
        "INSERT INTO casm.sharing_grant (id, owner_id, asset_classes, field_classes, recipient_owner_id, valid_until, "
        "granted_by) VALUES (gen_random_uuid(), :o, :c, '{public}', :to, now() + interval '9 days', 'test')",
        o=world.owners["foreign"], c=[draw.choice(("site", "channel", "coverage"))], to=world.owners["shared"],
    )  # fmt: skip


def make_link(world, draw) -> None:
    world.run(
        "INSERT INTO casm.share_link (id, owner_id, title, token_sha256, asset_classes, field_classes, expires_at, "
        "made_by) VALUES (gen_random_uuid(), :o, 'hidden', :sha, '{site}', '{public}', now() + interval '9 days', 't')",
        o=world.owners["foreign"], sha=f"{uuid.uuid4().hex}{draw.getrandbits(128):032x}",
    )  # fmt: skip


def compute(world, draw) -> None:
    """An answer of a wider sight, of the asker's own subjects and owner, too."""
    viewer = draw.choice(
        (ADMINISTRATOR, Viewer.of_owner("wide", world.owners["foreign"], may_write=True, all_fields=True))
    )
    owner = draw.choice((world.owners["own"], world.owners["foreign"])) if viewer is ADMINISTRATOR \
        else world.owners["foreign"]  # fmt: skip
    with world.database.session(viewer) as session:
        session.add(
            Result(
                owner_id=owner, kind=draw.choice(("gap", "interop_pair", "system_coverage")),
                result_key=str(uuid.uuid4()), title="hidden", method="m", method_version="1",
                inputs_sha256="0" * 64, input_ids=[], field_classes=["public"],
                audience=draw.choice(([owner], [owner, world.owners["foreign"]])),
            )
        )  # fmt: skip


def forget_results(world, _draw) -> None:
    world.run("DELETE FROM casm.result WHERE title = 'hidden'")


def grow_tree(world, draw) -> None:
    name = f"h{uuid.UUID(int=draw.getrandbits(128)).hex}{uuid.uuid4().hex[:8]}"
    with world.database.session(ADMINISTRATOR) as session:
        # A county would be among those that managers may choose to give to, whoever they are.
        session.add(Owner(parent_id=world.owners["foreign"], kind="agency", name=name, code=f"us.cc.{name}"))


def do_work(world, draw) -> None:
    with world.database.session(ADMINISTRATOR) as session:
        session.add(Job(owner_id=world.owners["foreign"], kind="import", state="running",
                        requested_by=ADMINISTRATOR.actor, message=f"{draw.random()}"))  # fmt: skip


CHANGES = (
    make_record, change_record, retire_record, give_role, share_elsewhere, make_link, compute, forget_results,
    grow_tree, do_work,
)  # fmt: skip


def pages(world) -> list[str]:
    """Every kind of page that shows something, for the asker's own, shared and foreign things.

    Hypothesis draws the first ones most often: those are quick, and the map and the table of everything the last.
    """
    own, shared, foreign = (world.records[kind] for kind in ("own", "shared", "foreign"))
    found = [
        "/sharing", "/api/explain?lat=36.3&lon=-84.3", "/sharing/from-others", "/people", "/account", "/sharing/give",
        "/sharing/outlines", "/api/records",
    ]  # fmt: skip
    for record_class in own:
        found += [f"/records/{record_class}", f"/api/records/{record_class}"]
        found += [f"/records/{record_class}/{of[record_class]}" for of in (own, shared, foreign)]
    found += [f"/api/records/site/{of['site']}" for of in (own, shared, foreign)]
    found += [f"/sharing/who/site/{of['site']}" for of in (own, shared, foreign)]
    for kind in ("own", "shared", "foreign"):
        result_id = world.others[kind]["result_id"]
        found.append(f"/quality/merges/{world.others[kind]['merge_id']}/undo")
        found += [f"/map/overlays/{result_id}/balanced_probability{ending}" for ending in ("", ".png")]
    return [*found, "/records", "/table", "/"]


def moved(before: tuple, now: tuple) -> str:
    """The first lines in which two answers differ; nothing where they are the same."""
    if before == now:
        return ""
    one, other = (f"{status}\n{headers}\n{body}".splitlines() for status, headers, body in (before, now))
    return "\n".join(list(difflib.unified_diff(one, other, "before", "after", n=0, lineterm=""))[:20])


def run_traces(world, client, remembered: dict[str, tuple], normalised: Callable) -> int:
    """Traces of hidden changes, each followed by looks at pages; how many were run.

    remembered: page → the asker's first answer, filled as pages are first looked at.
    """
    addresses = pages(world)
    # A page's first showing may itself note something (a session's last use, say).
    client.get("/records")
    traces = 0

    @settings(
        # Not shrunk: what a trace did to the database stays, so a shorter one proves nothing.
        max_examples=TRACES, deadline=None, derandomize=not FULL, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(
        steps=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 2**32)), min_size=1, max_size=3),
        looks=st.lists(st.sampled_from(addresses), min_size=2, max_size=4, unique=True),
    )
    def trace(steps, looks) -> None:
        nonlocal traces
        for address in looks:
            if address not in remembered:
                remembered[address] = normalised(client.get(address))
        for change, seed in steps:
            change(world, random.Random(seed))
        for address in looks:
            told = moved(remembered[address], normalised(client.get(address)))
            assert not told, f"{address} after {[change.__name__ for change, _seed in steps]}:\n{told}"
        traces += 1

    trace()
    return traces
