"""Whatever is done to the audit by who may do anything in the database is found."""

import dataclasses
import random
import uuid

import pytest
from repeats import repeats

from casm.audit.chain import Head, StoredEvent, content_sha256, faults, link_sha256
from casm.audit.check import check, read_head, stored_events
from casm.audit.record import record_event
from casm.db.tables import Site
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID, Viewer

TAMPERS = repeats(1000, quick=40)
NASTY = 'line\nfeed "quoted" \\ tab\t \x07 \x7f é 🗼  </script>'
FIELDS = [field.name for field in dataclasses.fields(StoredEvent)]
TYPES = {
    "sequence": "bigint", "at": "timestamptz", "details": "jsonb", "seen": "jsonb", "seen_owner_ids": "uuid[]",
    **dict.fromkeys(("id", "account_id", "owner_id", "subject_id", "seen_salt"), "uuid"),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(module_database, module_superuser):
    """An audit of some fifty events of every kind."""
    for number in range(24):
        viewer = Viewer.local_administrator(f"Person {number % 3} {NASTY}".replace("|", " "))
        with module_database.session(viewer) as session:
            session.add(Site(owner_id=NATION_OWNER_ID, name=f"Hill {number} {NASTY}"))
            record_event(
                session, action="granted", owner_id=PUBLIC_OWNER_ID,
                details={NASTY: [number, -1.5e-7, 1e300, None, True, {"deep": NASTY}]},
            )  # fmt: skip
    with module_database.session(Viewer.local_administrator()) as session:
        shown = {NATION_OWNER_ID: {"site": 3}, PUBLIC_OWNER_ID: {"need": 1}}
        record_event(session, action="saw", owner_id=None, seen=shown)
    return module_superuser


def problems(connection, known=()) -> list[str]:
    found = [fault.problem for fault in faults(stored_events(connection), read_head(connection), known)]
    with connection.cursor() as cursor:
        cursor.execute("CLOSE ALL")
    return found


def test_an_untouched_audit_is_sound(told):
    verdict = check(told)
    assert verdict.sound, verdict.faults
    assert verdict.head.event_count == 49


class Tamperer:
    """Does one random thing to the audit, past its triggers; nothing of it is committed."""

    def __init__(self, connection, seed: int) -> None:
        self.random = random.Random(seed)
        self.cursor = connection.cursor()
        self.head = read_head(connection)
        self.events = list(stored_events(connection))
        for table in ("casm.audit_event", "casm_sec.audit_head"):
            self.cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")

    def any_event(self) -> StoredEvent:
        return self.random.choice(self.events)

    def set(self, place: int, /, **columns) -> None:
        settings = ", ".join(f"{name} = %s::{TYPES.get(name, 'varchar')}" for name in columns)
        self.cursor.execute(
            f"UPDATE casm.audit_event SET {settings} WHERE sequence = %s", (*columns.values(), place)
        )

    def edit(self) -> str:
        """Another value in one column of one event."""
        event = self.any_event()
        name = self.random.choice(FIELDS)
        other = getattr(self.any_event(), name)
        if other == getattr(event, name) or name == "id":
            drawn = str(uuid.UUID(int=self.random.getrandbits(128)))
            other = {
                "bigint": str(self.random.randrange(1000, 2000)), "timestamptz": "2020-02-02T02:02:02.020202Z",
                "jsonb": '{"name": "' + drawn + '"}', "uuid[]": "{" + drawn + "}", "uuid": drawn, "varchar": drawn,
            }[TYPES.get(name, "varchar")]  # fmt: skip
        elif name == "sequence":
            other = str(self.random.randrange(1000, 2000))
        elif name == "seen_owner_ids" and other:
            other = other.replace("[", "{").replace("]", "}")
        if other is None and name in ("at", "actor", "owner_id", "action", "details"):
            other = self.random.choice(["", "x"])
        self.set(event.sequence, **{name: other})
        return f"{name} of {event.sequence}"

    def small_edit(self) -> str:
        """One character of one text."""
        event = self.any_event()
        name = self.random.choice(["actor", "action", "content_sha256", "previous_sha256", "sha256"])
        value = getattr(event, name)
        at = self.random.randrange(len(value))
        new = "0" if value[at] != "0" else "1"
        self.set(event.sequence, **{name: value[:at] + new + value[at + 1 :]})
        return f"character {at} of {name} of {event.sequence}"

    def delete(self) -> str:
        """One event or a run of them."""
        first = self.random.randrange(1, len(self.events) + 1)
        last = min(len(self.events), first + self.random.choice([0, 0, 1, 5]))
        self.cursor.execute("DELETE FROM casm.audit_event WHERE sequence BETWEEN %s AND %s", (first, last))
        return f"{first} to {last}"

    def close_gap(self) -> str:
        """One event out, and all after it moved up by one, the head too."""
        gone = self.any_event().sequence
        self.cursor.execute("DELETE FROM casm.audit_event WHERE sequence = %s", (gone,))
        for sequence in range(gone + 1, len(self.events) + 1):
            self.cursor.execute("UPDATE casm.audit_event SET sequence = sequence - 1 WHERE sequence = %s", (sequence,))
        self.set_head(event_count=len(self.events) - 1)
        return f"{gone}"

    def swap(self) -> str:
        """Two events change places."""
        one, two = self.random.sample(self.events, 2)
        for new, old in ((-1, one.sequence), (one.sequence, two.sequence), (two.sequence, -1)):
            self.cursor.execute("UPDATE casm.audit_event SET sequence = %s WHERE sequence = %s", (new, old))
        return f"{one.sequence} and {two.sequence}"

    def swap_contents(self) -> str:
        """Two events change what they say, and keep their places and links."""
        one, two = self.random.sample(self.events, 2)
        for place, said in ((one, two), (two, one)):
            self.set(place.sequence, at=said.at, actor=said.actor, action=said.action, details=said.details)
        return f"{one.sequence} and {two.sequence}"

    def insert(self) -> str:
        """A forged event with right hashes, in the middle or at the end; the head as it was or moved on."""
        place = self.random.randrange(1, len(self.events) + 2)
        for sequence in range(len(self.events), place - 1, -1):
            self.cursor.execute("UPDATE casm.audit_event SET sequence = sequence + 1 WHERE sequence = %s", (sequence,))
        before = self.events[place - 2].sha256 if place > 1 else self.head.genesis_sha256
        forged = dataclasses.replace(self.any_event(), sequence=place, id="", seen_sha256=None, seen=None)
        forged = dataclasses.replace(
            forged, id=str(uuid.UUID(int=self.random.getrandbits(128))), actor="Somebody else",
            previous_sha256=before, seen_salt=None, seen_owner_ids=None,
        )  # fmt: skip
        content = content_sha256(forged)
        forged = dataclasses.replace(forged, content_sha256=content, sha256=link_sha256(place, before, content))
        values = ", ".join(f"%s::{TYPES.get(name, 'varchar')}" for name in FIELDS)
        self.cursor.execute(
            f"INSERT INTO casm.audit_event ({', '.join(FIELDS)}) VALUES ({values})",
            [getattr(forged, name) for name in FIELDS],
        )
        if place <= len(self.events) and self.random.random() < 0.5:
            self.set_head(event_count=len(self.events) + 1)
        return f"at {place}"

    def cut(self) -> str:
        """The last events off; the head as it was, or only its count set back."""
        left = self.random.randrange(0, len(self.events))
        self.cursor.execute("DELETE FROM casm.audit_event WHERE sequence > %s", (left,))
        if self.random.random() < 0.5:
            self.set_head(event_count=left)
        return f"after {left}"

    def tamper_head(self) -> str:
        """The head alone."""
        choice = self.random.choice(["event_count", "last_sha256", "genesis_sha256", "gone"])
        if choice == "gone":
            self.cursor.execute("DELETE FROM casm_sec.audit_head")
        elif choice == "event_count":
            self.set_head(event_count=self.random.choice([0, 1, len(self.events) - 1, len(self.events) + 1]))
        else:
            self.set_head(**{choice: self.any_event().previous_sha256[::-1]})
        return choice

    def set_head(self, **columns) -> None:
        for name, value in columns.items():
            self.cursor.execute(f"UPDATE casm_sec.audit_head SET {name} = %s", (value,))

    def rewrite(self, first: int | None = None) -> str:
        """One event says something else and all after it get right hashes again, and the head with them."""
        first = first or self.any_event().sequence
        before = self.events[first - 1].previous_sha256
        for event in self.events[first - 1 :]:
            changed = dataclasses.replace(event, actor="Somebody else" if event.sequence == first else event.actor)
            content = content_sha256(changed)
            link = link_sha256(event.sequence, before, content)
            self.set(
                event.sequence, actor=changed.actor, content_sha256=content, previous_sha256=before, sha256=link
            )  # fmt: skip
            before = link
        self.set_head(last_sha256=before)
        return f"from {first}"

    def cut_cleanly(self) -> str:
        """The last events off, and the head set back as if they had never been."""
        left = self.random.randrange(0, len(self.events))
        self.cursor.execute("DELETE FROM casm.audit_event WHERE sequence > %s", (left,))
        self.set_head(
            event_count=left, last_sha256=self.events[left - 1].sha256 if left else self.head.genesis_sha256
        )
        return f"after {left}"


SEEN_BY_THE_CHAIN = (
    "edit", "small_edit", "delete", "close_gap", "swap", "swap_contents", "insert", "cut", "tamper_head",
)  # fmt: skip
SEEN_BY_A_CHECKPOINT = ("rewrite", "cut_cleanly")


def test_every_random_tamper_is_found(told):
    """Edits, deletions, swaps, insertions and cuts by the chain and its head; whole rewritings by a checkpoint."""
    checkpoint = read_head(told)
    missed = []
    kinds = (*SEEN_BY_THE_CHAIN, *SEEN_BY_A_CHECKPOINT)
    for seed in range(TAMPERS):
        kind = kinds[seed % len(kinds)]
        done = getattr(tamperer := Tamperer(told, seed), kind)()
        known = (checkpoint,) if kind in SEEN_BY_A_CHECKPOINT else ()
        if not problems(told, known):
            missed.append((seed, kind, done))
        tamperer.cursor.close()
        told.rollback()
    assert missed == []


@pytest.mark.parametrize("kind", SEEN_BY_A_CHECKPOINT)
def test_without_a_checkpoint_a_whole_rewriting_is_not_found(told, kind):
    """What the chain cannot find, and so why checkpoints are kept elsewhere."""
    getattr(Tamperer(told, 1), kind)()
    assert problems(told) == []
    told.rollback()


def test_a_checkpoint_binds_up_to_its_own_event_and_no_further(told):
    events = list(stored_events(told))
    early = Head(read_head(told).genesis_sha256, 20, events[19].sha256)
    Tamperer(told, 1).rewrite(20)
    assert problems(told, [early]) != []
    told.rollback()
    Tamperer(told, 1).rewrite(21)
    assert problems(told, [early]) == []
    told.rollback()


def test_another_audits_checkpoint_is_passed_over(told):
    verdict = check(told, [Head("0" * 64, 3, "1" * 64)])
    assert (verdict.sound, verdict.checkpoints) == (True, 0)
