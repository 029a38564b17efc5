"""How well duplicates are found on labelled cases, against exact names and plain trigrams; and how fast.

    .venv/bin/python benchmarks/bench_duplicates.py

Labelled sets, each split in two by the SHA-256 of a case's label: thresholds were chosen on the half "dev" alone.

agencies    FCC licence records (EN): a record is one licence's licensee; two are one body if their FCC registration
            number (FRN) is the same. Real. Of few bodies, and few of these are spelled in several ways.
spellings   The same licensees and Virginia's fire stations, each written again as licences and spreadsheets write them
            (state's abbreviations, inverted order, capitals, a slip of a letter). Real names, spellings made here.
sites       PA-STARNet's sites, with each alias as a record of its own where the site stands; and fire stations written
            again up to 60 m off. Real names and positions; the second records of stations are made here.
links       PA-STARNet's link rows; two are one link if their ends are, aliases folded, in either direction. Real.
"""

import csv
import hashlib
import itertools
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from casm.quality.duplicates.links import Ends, link_pairs, stand_ins  # noqa: E402
from casm.quality.duplicates.names import NamedThing, name_pairs  # noqa: E402
from casm.quality.duplicates.places import Placed, site_pairs  # noqa: E402
from casm.quality.duplicates.thresholds import AGENCY_LIKENESS, SITE_LIKENESS  # noqa: E402

SHARED = Path(os.environ.get("CASM_SHARED_DIR") or ROOT.parent / "shared") / "data"
TRIGRAM_LIKENESS = 0.6
Pairs = set[tuple[int, int]]


def half_of(label: str) -> str:
    """Which half of the cases a label belongs to."""
    return "dev" if hashlib.sha256(label.encode()).digest()[0] % 2 else "test"


def licensees() -> list[tuple[str, str, str]]:
    """(label, name, state) of each licence's licensee."""
    found = []
    for file in sorted(SHARED.glob("uls_mw_ps_2015/l_mw_*/EN.dat")):
        for line in file.read_text(encoding="latin-1").splitlines():
            fields = line.split("|")
            if len(fields) > 22 and fields[5] == "L" and fields[22]:
                found.append((fields[22], fields[7], fields[17]))
    return found


def fire_stations() -> list[tuple[str, str, float, float]]:
    """(label, name, longitude, latitude) of Virginia's fire stations."""
    (file,) = SHARED.glob("stations_va/*.csv")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    heads = {head.upper(): head for head in rows[0]}
    name = next(heads[one] for one in ("NAME", "STATION_NA", "FACILITY_NAME") if one in heads)
    found = []
    for at, row in enumerate(rows):
        # Columns X and Y are of the spherical Mercator projection (EPSG:3857), in metres.
        x_m, y_m = float(row[heads["X"]]), float(row[heads["Y"]])
        latitude = math.degrees(2 * math.atan(math.exp(y_m / 6_378_137.0)) - math.pi / 2)
        found.append((f"va-{at}", row[name], math.degrees(x_m / 6_378_137.0), latitude))
    return found


ABBREVIATED = (("County", "Co."), ("Department", "Dept"), ("Fire Department", "FD"), ("Station", "Sta"),
               ("Volunteer", "Vol."), ("District", "Dist"), ("Authority", "Auth."), ("Communications", "Comm"),
               ("Mountain", "Mtn"), ("Company", "Co"), ("Rescue Squad", "Rescue"), ("Water Tower", "WT"))  # fmt: skip


def respelled(name: str, rng: random.Random) -> str:
    """A name as another clerk may have written it."""
    way = rng.randrange(4)
    if way == 0:
        for long, short in ABBREVIATED:
            name = name.replace(long, short).replace(long.upper(), short.upper())
        return name
    if way == 1:
        words = name.split()
        return f"{' '.join(words[1:])}, {words[0]}" if len(words) > 2 else name.upper()
    if way == 2:
        return name.upper().replace(",", "  ")
    longest = max(name.split(), key=len)
    at = rng.randrange(1, max(2, len(longest) - 1))
    slipped = longest[:at] + longest[at + 1 :] if len(longest) > 5 else longest
    return name.replace(longest, slipped)


def trigrams(name: str) -> frozenset[str]:
    """Three letters at a time of a name in lower case, padded word by word as PostgreSQL's pg_trgm does."""
    return frozenset(
        padded[at : at + 3]
        for word in "".join(c if c.isalnum() else " " for c in name.lower()).split()
        for padded in (f"  {word} ",)
        for at in range(len(padded) - 2)
    )


def by_trigrams(names: list[str], where: list[str | None]) -> Pairs:
    """Baseline: every pair whose trigrams are as alike as the threshold."""
    told = [trigrams(name) for name in names]
    return {
        (a, b)
        for a, b in itertools.combinations(range(len(names)), 2)
        if (where[a] is None or where[b] is None or where[a] == where[b])
        and len(told[a] & told[b]) >= TRIGRAM_LIKENESS * len(told[a] | told[b]) > 0
    }


def by_exact_name(names: list[str], where: list[str | None]) -> Pairs:
    """Baseline: every pair of one name, capitals and blanks left out."""
    plain = ["".join(name.split()).casefold() for name in names]
    return {
        (a, b) for a, b in itertools.combinations(range(len(names)), 2) if plain[a] == plain[b] and where[a] == where[b]
    }


def of_labels(labels: list[str]) -> Pairs:
    """The pairs of one label."""
    return {(a, b) for a, b in itertools.combinations(range(len(labels)), 2) if labels[a] == labels[b]}


def told(name: str, found: Pairs, true: Pairs) -> float:
    """Print precision, recall and F1; return F1."""
    hits = len(found & true)
    precision, recall = hits / len(found) if found else 1.0, hits / len(true) if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    print(
        f"    {name:<22} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  "
        f"({hits} of {len(true)}, {len(found)} told)"
    )
    return f1


def agencies(cases: list[tuple[str, str, str | None]], threshold: float = AGENCY_LIKENESS) -> dict[str, float]:
    """Every way of finding agencies, on one half's cases."""
    labels, names, where = [c[0] for c in cases], [c[1] for c in cases], [c[2] for c in cases]
    true = of_labels(labels)
    things = [NamedThing(at, name, state) for at, (_, name, state) in enumerate(cases)]
    return {
        "CASM": told(f"CASM at {threshold}", chained(set(name_pairs(things, threshold))), true),
        "exact": told("exact name", by_exact_name(names, where), true),
        "trigrams": told(f"trigrams at {TRIGRAM_LIKENESS}", by_trigrams(names, where), true),
    }


def chained(pairs: Pairs) -> Pairs:
    """Pairs with those that follow from them: of one name in a chain all are one."""
    leads = stand_ins(pairs)
    groups: dict[object, list[int]] = {}
    for member, lead in leads.items():
        groups.setdefault(lead, []).append(member)  # type: ignore[arg-type]
    return {pair for members in groups.values() for pair in itertools.combinations(sorted(members), 2)}


def spelling_cases() -> list[tuple[str, str, str | None]]:
    """Each body once as it is and once respelled; bodies whose name another has as well are left out."""
    rng = random.Random(20261130)
    named = {name: (label, state) for label, name, state in licensees()}
    stations = [name for _, name, _, _ in fire_stations()]
    named |= {name: (name, "VA") for name in stations if stations.count(name) == 1}
    return [
        (label, spelled, state) for name, (label, state) in named.items() for spelled in (name, respelled(name, rng))
    ]


def site_cases() -> list[tuple[str, Placed]]:
    """(label, site) of each site and of what is written again of it."""
    rng = random.Random(20261130)
    found: list[tuple[str, Placed]] = []
    with (SHARED / "pa_starnet_southcentral" / "sites.csv").open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            longitude, latitude = float(row["longitude"]), float(row["latitude"])
            spelled = [
                row["site_id"],
                *(one.strip() for one in row["aliases"].replace(",", ";").split(";") if one.strip()),
            ]
            for at, name in enumerate(spelled):
                found.append((f"pa-{row['site_id']}", Placed(
                    f"{row['site_id']}/{at}", name, longitude, latitude, row["asrn"] or None if at == 0 else None,
                    aliases=(row["name"],))))  # fmt: skip
    for label, name, longitude, latitude in fire_stations():
        found.append((label, Placed(label, name, longitude, latitude)))
        if rng.random() < 0.5:
            off = (rng.uniform(-60, 60) / 111_320.0, rng.uniform(-60, 60) / 111_320.0)
            found.append((label, Placed(f"{label}/2", respelled(name, rng), longitude + off[0], latitude + off[1])))
    return found


def sites(cases: list[tuple[str, Placed]], threshold: float = SITE_LIKENESS) -> dict[str, float]:
    """Every way of finding sites, on one half's cases."""
    true = of_labels([label for label, _ in cases])
    placed = [one for _, one in cases]
    names, nowhere = [one.name for one in placed], [None] * len(placed)
    return {
        "CASM": told(f"CASM at {threshold}", set(site_pairs(placed, threshold)), true),
        "exact": told("exact name", by_exact_name(names, nowhere), true),
        "trigrams": told(f"trigrams at {TRIGRAM_LIKENESS}", by_trigrams(names, nowhere), true),
    }


def links() -> dict[str, float]:
    """Link rows against their pairs of ends."""
    folder = SHARED / "pa_starnet_southcentral"
    alias = {}
    with (folder / "sites.csv").open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            for one in row["aliases"].replace(",", ";").split(";"):
                if one.strip():
                    alias[one.strip()] = row["site_id"]
    with (folder / "links.csv").open(encoding="utf-8", newline="") as opened:
        rows = [(row["site_a"], row["site_b"]) for row in csv.DictReader(opened)]
    true = of_labels(["|".join(sorted(alias.get(end, end) for end in ends)) for ends in rows])
    ends = [Ends(at, a, b) for at, (a, b) in enumerate(rows)]
    exact = {(a, b) for a, b in itertools.combinations(range(len(rows)), 2) if rows[a] == rows[b]}
    return {
        "CASM": told("CASM", set(link_pairs(ends, alias)), true),
        "exact": told("same columns", exact, true),
    }


def speed(count: int) -> None:
    """How long it takes on many records, each two times."""
    rng = random.Random(1)
    syllables = ["ka", "lo", "mer", "ton", "vil", "sta", "bur", "den", "wex", "mor", "hil", "ran", "dor", "pel"]
    kinds = ["Police Department", "Fire Department", "County Sheriff's Office", "Emergency Management", "EMS"]

    def named() -> str:
        return f"{''.join(rng.choices(syllables, k=4)).title()} {rng.choice(kinds)}"

    base = [named() for _ in range(count // 2)]
    things = [NamedThing(at, name, None) for at, name in enumerate([*base, *(respelled(name, rng) for name in base)])]
    began = time.process_time()
    pairs = name_pairs(things, AGENCY_LIKENESS)
    print(f"  {len(things):,} agencies in {time.process_time() - began:.1f} s of one core, {len(pairs):,} pairs told")
    spots = [(rng.uniform(-90, -80), rng.uniform(33, 40)) for _ in base]
    placed = [Placed(at, name, *spot) for at, (name, spot) in enumerate(zip(base, spots, strict=True))]
    placed += [
        Placed(-at - 1, respelled(one.name, rng), one.longitude_deg, one.latitude_deg + 0.001)
        for at, one in enumerate(placed)
    ]
    began = time.process_time()
    found = site_pairs(placed, SITE_LIKENESS)
    print(f"  {len(placed):,} sites in {time.process_time() - began:.1f} s of one core, {len(found):,} pairs told")


def on_halves(title: str, cases: Iterable, measure: Callable) -> None:
    """A measure on each half of the cases."""
    kept = list(cases)
    for half in ("dev", "test"):
        members = [case for case in kept if half_of(case[0]) == half]
        print(f"  {title}, {half}: {len(members)} records, {len({case[0] for case in members})} real things")
        measure(members)


def main() -> None:
    """Every set, then the speed."""
    if not SHARED.is_dir():
        print(f"Skipped: no shared data at {SHARED} (CASM_SHARED_DIR names another folder).")
    else:
        on_halves("agencies by FRN", licensees(), agencies)
        on_halves("agencies respelled", spelling_cases(), agencies)
        on_halves("sites", site_cases(), sites)
        print("  links, all")
        links()
    speed(100_000)


if __name__ == "__main__":
    main()
