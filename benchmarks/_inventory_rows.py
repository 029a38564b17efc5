"""A believable inventory of any size for benchmarks: rows of most classes, of many owners, written by COPY."""

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from casm.sharing.viewer import NATION_OWNER_ID

# Nobody who asks sees the last ten's: whoever sees all there is goes by other indexes.
OWNERS, SEEN = 60, 50
SEED = 11
# Table → its share of all rows, in the order of what refers to what.
SHARES = {
    "agency": 0.015, "site": 0.045, "contact": 0.06, "licence": 0.06, "radio_system": 0.001, "channel": 0.13,
    "talkgroup": 0.08, "station": 0.10, "station_frequency": 0.10, "fleet": 0.02, "template": 0.02, "radio": 0.28,
    "template_slot": 0.05, "radio_cache": 0.002, "gateway": 0.002, "backhaul_link": 0.03, "agreement": 0.005,
}  # fmt: skip


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


COUNTIES = words(
    "Anderson Bedford Benton Bledsoe Blount Bradley Campbell Cannon Carroll Carter Cheatham Chester Claiborne Clay "
    "Cocke Coffee Crockett Cumberland Davidson Decatur DeKalb Dickson Dyer Fayette Fentress Franklin Gibson Giles "
    "Grainger Greene Grundy Hamblen Hamilton Hancock Hardeman Hardin Hawkins Haywood Henderson Henry Hickman Houston "
    "Humphreys Jackson Jefferson Johnson Knox Lake Lauderdale Lawrence Lewis Lincoln Loudon McMinn McNairy Macon "
    "Madison Marion Marshall Maury Meigs Monroe Montgomery Moore Morgan Obion Overton Perry Pickett Polk Putnam Rhea "
    "Roane Robertson Rutherford Scott Sequatchie Sevier Shelby Smith Stewart Sullivan Sumner Tipton Trousdale Unicoi "
    "Union Van Warren Washington Wayne Weakley White Williamson Wilson"
)
PEOPLE = words(
    "Adams Baker Carter Dixon Evans Foster Garcia Hughes Ingram Jensen Keller Lopez Meyer Nolan Ortiz Parker Quinn "
    "Reyes Schmidt Turner Underwood Vargas Walker Xiong Young Zimmerman"
)
GIVEN = words("Alex Beth Carl Dana Erik Fay Gus Hana Ivan Jo Kim Lee Mia Ned Ola Pat Raul Sue Tom Una Vic Wes")
HILLS = words("Knob Ridge Mountain Bluff Gap Hollow Summit Peak Hill Bald")
TREES = words("Pine Oak Cedar Walnut Chestnut Laurel Hickory Maple Poplar Elk Bear Eagle Raven Stone Clear Short")
SERVICES = ("Sheriff", "Fire", "EMS", "Police", "Rescue", "Roads", "Dispatch", "EMA")
MAKES = ("Motorola", "Harris", "Kenwood", "Tait", "EF Johnson", "Icom")
MODELS = ("APX 8000", "XTS 2500", "XL-200P", "VP8000", "TP9600", "NX-5200")

Columns = dict[str, list[object]]


@dataclass
class Inventory:
    """Rows to be: their owners, and for each table the ids and where each owner's begin."""

    owners: list[uuid.UUID]
    ids: dict[str, list[str]]
    owner_of: dict[str, np.ndarray]
    starts: dict[str, np.ndarray]
    draw: np.random.Generator

    def one_of(self, table: str, owner: int, number: int) -> str | None:
        """A row of the owner's of another table; None where it has none."""
        first, end = self.starts[table][owner], self.starts[table][owner + 1]
        return self.ids[table][first + number % (end - first)] if end > first else None


def plan(rows: int) -> Inventory:
    """Draw how many rows of each table each owner has."""
    draw = np.random.default_rng(SEED)
    owners = [uuid.UUID(bytes=draw.bytes(16), version=4) for _ in range(OWNERS)]
    weights = draw.uniform(0.6, 3.6, OWNERS)
    ids, owner_of, starts = {}, {}, {}
    for table, share in SHARES.items():
        count = max(OWNERS, int(rows * share))
        # Each owner has one at least.
        drawn = draw.choice(OWNERS, count - OWNERS, p=weights / weights.sum())
        owner_of[table] = np.sort(np.concatenate([np.arange(OWNERS), drawn]))
        starts[table] = np.searchsorted(owner_of[table], np.arange(OWNERS + 1))
        text = draw.bytes(16 * count).hex()
        ids[table] = [str(uuid.UUID(text[32 * n : 32 * n + 32])) for n in range(count)]
    return Inventory(owners, ids, owner_of, starts, draw)


def pick(choices: tuple[str, ...], number: int) -> str:
    """One of several words, spread as numbers come."""
    return choices[(number * 7919) % len(choices)]


def county(owner: int, number: int) -> str:
    """A county of an owner."""
    return COUNTIES[(owner * 2 + number % 3) % len(COUNTIES)]


def call_sign(number: int) -> str:
    """A call sign of a number, as the FCC makes them."""
    letters = "".join(chr(65 + number // 1000 // 26**place % 26) for place in (2, 1, 0))
    return f"W{letters}{number % 1000:03d}"


def hertz(number: int) -> int:
    """A frequency of the VHF, UHF, 700 or 800 MHz band."""
    low, step, count = ((150_815_000, 7_500, 700), (453_012_500, 12_500, 500), (769_006_250, 6_250, 900),
                        (851_012_500, 12_500, 800))[number % 4]  # fmt: skip
    return low + step * (number // 4 % count)


def agency(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, abbreviation, level, discipline"""
    where, service = county(owner, n), pick(SERVICES, n)
    yield from (f"{where} County {service} {n}", f"{where[:2].upper()}{service[:2].upper()}{n % 1000}", "county", "law")


def site(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, aliases, position, asr_number, address"""
    name = f"{pick(TREES, n)} {pick(HILLS, n // 3)} {n}"
    lon, lat = -90.0 + owner % 10 + n * 0.618 % 1, 33.0 + owner // 10 + n * 0.414 % 1
    position, address = f"SRID=4326;POINT({lon:.6f} {lat:.6f})", f"{n % 9000} {pick(TREES, n // 5)} Road"
    yield from (name, f"{{{name[:3].upper()}{n % 10_000}}}", position, f"{1_000_000 + n}", address)


def contact(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """agency_id, name, title, phone, email"""
    given, family = pick(GIVEN, n), pick(PEOPLE, n // 20)
    phone = f"865-{n // 10_000 % 900 + 100}-{n % 10_000:04d}"
    yield from (inventory.one_of("agency", owner, n), f"{given} {family}{n}", "Communications officer", phone,
                f"{given}.{family}{n}@example.gov".lower())  # fmt: skip


def licence(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """call_sign, radio_service_code, licensee, frn"""
    yield from (call_sign(n), "PW", f"{county(owner, n)} County", f"{n:010d}")


def radio_system(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, kind, technology, wacn, system_id"""
    yield from (f"{county(owner, n)} P25 {n}", "trunked", "p25_phase2", 781_824 + n % 1000, n % 4000 + 1)


def channel(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, alias, rx_freq_hz, tx_freq_hz, mode, call_sign, function"""
    yield from (f"{county(owner, n)[:4].upper()}{pick(SERVICES, n)[:4].upper()}{n}", f"{pick(SERVICES, n)} {n % 100}",
                hertz(n), hertz(n + 40), "analog_fm", call_sign(n % 60_000), "tactical")  # fmt: skip


def talkgroup(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """radio_system_id, talkgroup_number, alias"""
    number = n - inventory.starts["talkgroup"][owner] + 1
    alias = f"{county(owner, n)[:4].upper()} {pick(SERVICES, n)} {n}"
    yield from (inventory.one_of("radio_system", owner, 0), number, alias)


def station(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, site_owner_id, site_id, call_sign, antenna_height_agl_m, erp_w, antenna_make, antenna_model"""
    yield from (f"{pick(TREES, n)} {pick(HILLS, n // 7)} VHF {n}", inventory.owners[owner],
                inventory.one_of("site", owner, n), call_sign(n % 60_000), 20 + n % 80, 50 + n % 200, "Sinclair",
                "SD210")  # fmt: skip


def station_frequency(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """station_id, sequence, station_tx_freq_hz, station_rx_freq_hz"""
    yield from (inventory.one_of("station", owner, n), n % 1000 + 1, hertz(n), hertz(n + 40))


def fleet(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """agency_id, name, form_factor, radio_make, radio_model, radio_count"""
    yield from (inventory.one_of("agency", owner, n), f"{county(owner, n)} portables {n}", "portable", pick(MAKES, n),
                pick(MODELS, n), n % 200)  # fmt: skip


def template(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """fleet_id, name"""
    yield from (inventory.one_of("fleet", owner, n), f"Standard {n}")


def template_slot(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """template_id, zone, position, label, channel_owner_id, channel_id"""
    label = f"{pick(SERVICES, n)[:4].upper()}{n % 999}"
    yield from (inventory.one_of("template", owner, n), f"Zone {n % 8}", n % 10_000 + 1, label, inventory.owners[owner],
                inventory.one_of("channel", owner, n))  # fmt: skip


def radio(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """serial_number, alias, unit_id, fleet_id, radio_make, radio_model, property_number"""
    serial = f"{pick(('426C', '756T', '655C'), n)}MX{n:05d}"
    yield from (serial, f"{county(owner, n)[:4].upper()} {pick(SERVICES, n)} P{n % 10_000}", 1_000_000 + n,
                inventory.one_of("fleet", owner, n), pick(MAKES, n), pick(MODELS, n), f"P{n:07d}")  # fmt: skip


def radio_cache(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, radio_count"""
    yield from (f"{county(owner, n)} cache {n}", n % 100)


def gateway(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, kind, make, model"""
    yield from (f"{county(owner, n)} gateway {n}", "fixed", "Raytheon", "ACU-1000")


def backhaul_link(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """name, kind, site_a_owner_id, site_a_id, site_b_owner_id, site_b_id, designation, a_to_b_freq_hz, provider"""
    own = inventory.owners[owner]
    yield from (f"Link {n}", "microwave", own, inventory.one_of("site", owner, n), own,
                inventory.one_of("site", owner, n + 1), str(n), 6_425_000_000 + n % 500 * 1_250_000, "own")  # fmt: skip


def agreement(inventory: Inventory, owner: int, n: int) -> Iterator[object]:
    """title, kind, reference_number"""
    yield from (f"{county(owner, n)} mutual aid {n}", "mutual_aid", f"MA-{n:06d}")


MAKERS: dict[str, Callable[[Inventory, int, int], Iterator[object]]] = {
    maker.__name__: maker
    for maker in (agency, site, contact, licence, radio_system, channel, talkgroup, station, station_frequency, fleet,
                  template, template_slot, radio, radio_cache, gateway, backhaul_link, agreement)
}  # fmt: skip


def write(cursor, inventory: Inventory) -> int:
    """Write owners and rows, without the tables' indexes, which are made again at the end; how many rows."""
    for number, owner in enumerate(inventory.owners):
        cursor.execute(
            "INSERT INTO owner (id, parent_id, kind, name, code) VALUES (%s, %s, 'state', %s, %s)",
            (str(owner), str(NATION_OWNER_ID), f"State {number}", f"us.s{number}"),
        )
    written = 0
    # The rows are right by construction; a trigger or a reference to check on each would take most of the time.
    cursor.execute("SET session_replication_role = replica")
    for table, maker in MAKERS.items():
        columns = ["id", "owner_id", *(maker.__doc__ or "").split(", ")]
        with_indexes_apart(cursor, table, lambda t=table, m=maker, c=columns: copy(cursor, inventory, t, m, c))
        written += len(inventory.ids[table])
    cursor.execute("SET session_replication_role = origin")
    return written


def with_indexes_apart(cursor, table: str, load: Callable[[], None]) -> None:
    """Load a table with none of its indexes but those of its keys, and make the others again."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        (f"casm.{table}",),
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    load()
    for _name, definition in indexes:
        cursor.execute(definition)
    cursor.execute(f"VACUUM ANALYZE casm.{table}")


def copy(cursor, inventory: Inventory, table: str, maker, columns: list[str]) -> None:
    """All rows of one table."""
    text = io.StringIO()
    ids, owner_of = inventory.ids[table], inventory.owner_of[table]
    for n, owner in enumerate(owner_of.tolist()):
        values = (ids[n], inventory.owners[owner], *maker(inventory, owner, n))
        text.write("\t".join("\\N" if value is None else str(value) for value in values) + "\n")
    text.seek(0)
    cursor.copy_expert(f"COPY casm.{table} ({', '.join(columns)}) FROM STDIN", text)
