"""Every address × verb × asker × whose object: what is somebody else's looks just like what is not there.

23,000 and more cells at full counts, each asker's in a test of its own; otherwise a sample drawn anew with each change
of the addresses.
"""

import random
import re
import uuid
from urllib.parse import quote

import pytest
from repeats import FULL

from web.access import ACCESS_OF_ENDPOINT, WHO

SAMPLE_SHARE = 1.0 if FULL else 0.02
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ASKERS = ("anonymous", "partner", "reader", "editor", "manager", "auditor", "national", "token", "link")
KINDS = ("own", "shared", "foreign", "missing")
# Planted in what is hidden: in everything, and once more in contacts, encryption and sensitive fields.
MARKER = re.compile("zebra7", re.IGNORECASE)
CLOSER = re.compile("okapi9", re.IGNORECASE)
# The words of web.access that let each asker in, whatever the object.
LETS_IN = {
    "anonymous": {"public", "link"},
    "link": {"public", "link"},
    "partner": {"public", "link", "signing_in", "signed_in", "reader"},
    "reader": {"public", "link", "signing_in", "signed_in", "reader"},
    "token": {"public", "link", "reader"},
    "national": {"public", "link", "signing_in", "signed_in", "reader"},
    "auditor": {"public", "link", "signing_in", "signed_in", "reader", "auditor"},
    "editor": {"public", "link", "signing_in", "signed_in", "reader", "editor"},
    "manager": set(WHO),
}
# After these an asker may have ended its own session.
ENDS_SESSIONS = ("sign_in.sign_out_here", "profile.", "sign_in.sign_in_here", "factors.", "provider.")
CHANGING = re.compile(
    r'nonce="[^"]*"|\'nonce-[^\']*\'|name="csrf_token" value="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-'
    r"[0-9a-f]{12}|[0-9a-f]{32}|challenge\W+[\w-]{86}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(\+00:00|Z| UTC)?"
)


def rules(app) -> list:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods)))


def test_every_address_says_who_may_use_it_and_no_other_is_named(app):
    endpoints = {rule.endpoint for rule in rules(app)}
    assert endpoints == set(ACCESS_OF_ENDPOINT)
    assert set(ACCESS_OF_ENDPOINT.values()) <= set(WHO)


def test_a_merge_opens_for_its_own_editor_alone(app, world, client_of):
    """One address of what the world was given for it is asked for by itself, as a small sample may leave it out.

    Before the matrix, which at full count undoes the asker's own merge.
    """
    editor, auditor = client_of("editor"), client_of("auditor")
    for kind, status in (("own", 200), ("shared", 404), ("foreign", 404)):
        address = f"/quality/merges/{world.others[kind]['merge_id']}/undo"
        assert editor.get(address).status_code == status, kind
        assert auditor.get(address).status_code in (403, 404)


def arguments(rule, kind: str, world, record_class: str) -> dict:
    """What is put into a rule's parameters for an object of a kind."""
    given = {}
    for name, converter in rule._converters.items():
        if name == "record_id":
            given[name] = world.records[kind][record_class] if kind != "missing" else uuid.uuid4()
        elif name in ("name", "asset_class"):
            is_raster = "result_id" in rule._converters
            given[name] = "balanced_probability" if is_raster else record_class
        elif type(converter).__name__ == "UUIDConverter":
            given[name] = uuid.uuid4() if kind == "missing" else world.others[kind].get(name, uuid.uuid4())
        elif type(converter).__name__ == "IntegerConverter":
            given[name] = 1
        elif name == "owner_code":
            given[name] = {"own": "us.aa", "shared": "us.bb", "foreign": "us.cc"}.get(kind, "us.dd")
        elif name == "figure":
            given[name] = "here"
        elif name == "token":
            given[name] = "missing-" + uuid.uuid4().hex if kind == "missing" else world.link_tokens[kind]
        else:
            given[name] = "none"
    return given


def answer_of(client, verb: str, address: str, ids: dict[str, str]):
    """An answer without what differs from one request to the next."""
    answer = client.open(address, method=verb, query_string=ids if verb == "GET" else None,
                         data=ids if verb == "POST" and "/api/" not in address else None)  # fmt: skip
    told = {name: answer.headers.get(name) for name in ("Content-Type", "ETag", "Location", "Allow", "CASM-Marking")}
    body = answer.get_data().decode("utf-8", errors="replace")
    # Who has to sign in first is led back to the address, which stands in the other with its signs escaped.
    asked = (quote(f"{name}={text}", safe="") for name, text in ids.items())
    named = (address, quote(address, safe=""), *asked)
    # The longest first; a number of one digit is no name of anything.
    for text in sorted({*named, *ids.values()}, key=len, reverse=True):
        body = body.replace(text, "…") if len(text) > 8 else body
    shown = {name: CHANGING.sub("…", _without(value or "", named)) for name, value in told.items()}
    return answer.status_code, shown, CHANGING.sub("…", body)


def _without(text: str, named: tuple[str, ...]) -> str:
    for one in named:
        text = text.replace(one, "…")
    return text


def difference(one: tuple, other: tuple) -> str:
    """The first place where two answers differ."""
    for left, right in zip(map(str, one), map(str, other), strict=True):
        if left != right:
            at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
            return f"{left[max(at - 60, 0) : at + 60]!r} against {right[max(at - 60, 0) : at + 60]!r}"
    return "nothing"


@pytest.mark.parametrize("asker", ASKERS)
def test_what_is_foreign_looks_missing(app, world, client_of, asker):
    draw = random.Random(f"{asker} {len(ACCESS_OF_ENDPOINT)}")
    adapter = app.url_map.bind("localhost")
    classes = sorted(world.records["own"])
    before = world.fingerprint()
    client = client_of(asker)
    cells, opened, faults = 0, set(), []
    for rule in rules(app):
        for verb in VERBS:
            if draw.random() > SAMPLE_SHARE:
                continue
            record_class = draw.choice(classes)
            # So many attempts in a minute would be held up, and the last of four sooner than the first.
            world.run("DELETE FROM casm_gate.throttle")
            answers = {}
            for kind in KINDS:
                values = arguments(rule, kind, world, record_class)
                address = adapter.build(rule.endpoint, values)
                ids = {name: str(value) for name, value in values.items()}
                ids |= {"owner": str(world.owners.get(kind, uuid.uuid4()))}
                answers[kind] = answer_of(client, verb, address, ids)
                cells += 1
                status, _headers, body = answers[kind]
                who = ACCESS_OF_ENDPOINT[rule.endpoint]
                if status < 300 and verb in rule.methods and verb not in ("OPTIONS",):
                    opened.add(rule.endpoint)
                    if who not in LETS_IN[asker]:
                        faults.append(f"{asker} is let in: {verb} {address} ({who}) {status}")
                if status >= 500:
                    faults.append(f"{asker}: {verb} {address} {status}")
                # The national viewer reads everybody's public fields, and of the rest as little as anyone.
                if (CLOSER if asker == "national" else MARKER).search(body):
                    faults.append(f"{asker} reads what is hidden: {verb} {address}")
            if verb != "GET" and rule.endpoint.startswith(ENDS_SESSIONS):
                client = client_of(asker)
            hidden = "missing" if asker == "national" else "foreign"
            if answers[hidden] != answers["missing"]:
                told = difference(answers[hidden], answers["missing"])
                faults.append(f"{asker} can tell foreign from missing: {verb} {rule.rule} {record_class}: {told}")
    assert not faults, "\n".join(faults[:30])
    assert world.fingerprint() == before
    assert cells >= (2_400 if FULL else 8)
    if FULL and asker in ("reader", "editor", "manager"):
        assert {"map_pages.map_page", "records.record", "records_api.record"} <= opened


def test_the_matrix_finds_a_door_left_open(app, world, client_of):
    """The comparison has teeth: with the foreign table open to all, foreign no longer looks missing."""
    client = client_of("reader")
    pair = [
        f"/api/records/site/{record_id}" for record_id in (world.records["foreign"]["site"], uuid.uuid4())
    ]  # fmt: skip
    foreign, missing = (answer_of(client, "GET", address, {}) for address in pair)
    assert foreign == missing
    world.run("CREATE POLICY hole ON casm.site FOR SELECT USING (true)")
    world.run("UPDATE casm.membership SET owner_id = :o WHERE account_id = :a", o=world.owners["foreign"],
              a=world.accounts["reader"].id)  # fmt: skip
    try:
        foreign, missing = (answer_of(client, "GET", address, {}) for address in pair)
        assert foreign != missing
        assert MARKER.search(foreign[2])
    finally:
        world.run("DROP POLICY hole ON casm.site")
        world.run("UPDATE casm.membership SET owner_id = :o WHERE account_id = :a", o=world.owners["own"],
                  a=world.accounts["reader"].id)  # fmt: skip
