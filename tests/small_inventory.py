"""A small inventory with every class the map and the exports show, and one result of each kind, for tests.

Its results are written as rows, not computed: these tests are about showing them. Places lie in and around the
square 36.2 to 36.4 north, 84.4 to 84.2 west.
"""

import hashlib
import io
import uuid
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import rasterio
from geoalchemy2.shape import from_shape
from rasterio import Affine
from shapely.geometry import MultiPolygon, Point, Polygon, box
from sqlalchemy import update
from sqlalchemy.orm import Session

from casm.db.tables import (
    Agency,
    BackhaulLink,
    BackhaulLinkSensitive,
    CacheCheckout,
    CommUnitMember,
    CommUnitMemberContact,
    CommUnitQualification,
    DispatchCenter,
    Gateway,
    Jurisdiction,
    LinkCarriesSystem,
    MobileCommVehicle,
    Need,
    NeedParty,
    Owner,
    RadioCache,
    RadioSystem,
    Result,
    ResultLayer,
    Site,
    SiteSensitive,
    Station,
    StationFrequency,
)  # fmt: skip
from casm.sharing.handling import set_handling_text
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID

WEST, SOUTH, EAST, NORTH = -84.4, 36.2, -84.2, 36.4
ROWS, COLS = 40, 40
CELL_DEG = 0.005
NO_DATA = 255
EXERCISE_REMARK = "EXERCISE: made for a test"


@dataclass
class SmallInventory:
    """Ids of what the tests point at."""

    state_owner: uuid.UUID = field(default_factory=uuid.uuid4)
    county_owner: uuid.UUID = field(default_factory=uuid.uuid4)
    sheriff: uuid.UUID = field(default_factory=uuid.uuid4)
    ems: uuid.UUID = field(default_factory=uuid.uuid4)
    ridge: uuid.UUID = field(default_factory=uuid.uuid4)
    valley: uuid.UUID = field(default_factory=uuid.uuid4)
    knob: uuid.UUID = field(default_factory=uuid.uuid4)
    system: uuid.UUID = field(default_factory=uuid.uuid4)
    pair_result: uuid.UUID = field(default_factory=uuid.uuid4)
    coverage_result: uuid.UUID = field(default_factory=uuid.uuid4)
    gap_result: uuid.UUID = field(default_factory=uuid.uuid4)
    unknown_gap_result: uuid.UUID = field(default_factory=uuid.uuid4)
    hidden_site: uuid.UUID = field(default_factory=uuid.uuid4)


def fill(session: Session, text: str = "", remarks: str | None = EXERCISE_REMARK) -> SmallInventory:
    """Write the inventory; `text` is put into every free text field, to see what becomes of it."""
    ids = SmallInventory()
    Rows(session, ids, text, remarks).write()
    return ids


# Three cells in a row east of the square, and one site alone, far off.
RELEASED = [(-84.05, 36.05), (-84.02, 36.06), (-84.08, 36.01), (-83.95, 36.05), (-83.91, 36.02), (-83.97, 36.08),
            (-83.85, 36.05), (-83.82, 36.01), (-83.88, 36.09), (-95.05, 40.05)]  # fmt: skip


def fill_for_release(session: Session) -> SmallInventory:
    """The inventory, and ten more sites with stations of its system; the state releases all that is internal."""
    ids = fill(session)
    for number, place in enumerate(RELEASED):
        site = Site(
            owner_id=ids.county_owner, name=f"SECRET Hill {number}", asr_number=f"10{number:05}",
            overall_height_agl_m=40.0 + number, position=from_shape(Point(place), 4326), remarks="EXERCISE",
        )  # fmt: skip
        session.add(site)
        session.flush()
        session.add(
            Station(
                owner_id=ids.county_owner, name=f"SECRET {number}", call_sign=f"WQAB{number}", remarks="EXERCISE",
                site_owner_id=ids.county_owner, site_id=site.id, radio_system_owner_id=ids.county_owner,
                radio_system_id=ids.system,
            )
        )  # fmt: skip
    served = MultiPolygon([box(-84.1, 36.0, -83.8, 36.1), box(-95.1, 40.0, -95.0, 40.1)])
    session.execute(update(Result).where(Result.id == ids.coverage_result).values(area=from_shape(served, 4326)))
    set_handling_text(session, ids.state_owner, words="Not for release", release_up_to="internal")
    return ids


class Rows:
    """Writes the rows, class by class, in the order their keys ask for."""

    def __init__(self, session: Session, ids: SmallInventory, text: str, remarks: str | None) -> None:
        self.session, self.ids, self.text = session, ids, text
        self.remarks = None if remarks is None else remarks + text

    def write(self) -> None:
        """Everything."""
        steps = (self.owners, self.places, self.agencies, self.plant, self.links, self.ready, self.needs, self.results)
        for step in steps:
            step()
            self.session.flush()

    def common(self, owner: uuid.UUID, **more) -> dict:
        """Fields every row here has."""
        return {"owner_id": owner, "remarks": self.remarks, "verified_on": date(2026, 9, 1), **more}

    def owners(self) -> None:
        """A state and a county below the nation."""
        ids = self.ids
        self.session.add(
            Owner(
                id=ids.state_owner, parent_id=NATION_OWNER_ID, kind="state", name="Tennessee" + self.text, code="us.tn"
            )
        )
        self.session.flush()
        self.session.add(
            Owner(
                id=ids.county_owner, parent_id=ids.state_owner, kind="county", name="Campbell County" + self.text,
                code="us.tn.campbell",
            )
        )  # fmt: skip

    def places(self) -> None:
        """A state and two counties; the county ring runs clockwise, as shapefiles have it."""
        clockwise = Polygon([(WEST, SOUTH), (WEST, NORTH), (-84.3, NORTH), (-84.3, SOUTH)])
        areas = {
            ("state", "47", "Tennessee"): box(-85.5, 35.5, -83.0, 36.6),
            ("county", "47013", "Campbell County"): clockwise,
            ("county", "47151", "Scott County"): box(-84.3, SOUTH, EAST, NORTH),
        }
        for (kind, code, name), area in areas.items():
            self.session.add(
                Jurisdiction(
                    owner_id=PUBLIC_OWNER_ID, kind=kind, code=code, name=name + self.text, sensitivity="public",
                    edition="Census cb_2016 1:500,000" + self.text, area=from_shape(MultiPolygon([area]), 4326),
                )
            )  # fmt: skip

    def agencies(self) -> None:
        """A sheriff with a service area, and an ambulance service with only a head office."""
        area = from_shape(MultiPolygon([box(WEST, SOUTH, -84.25, NORTH)]), 4326)
        self.session.add(
            Agency(
                id=self.ids.sheriff, name="Campbell County Sheriff" + self.text, discipline="law", level="county",
                service_area=area, headquarters=from_shape(Point(-84.35, 36.33), 4326), address="Main St" + self.text,
                **self.common(self.ids.county_owner),
            )
        )  # fmt: skip
        self.session.add(
            Agency(
                id=self.ids.ems, name="Scott EMS" + self.text, discipline="ems", level="county",
                headquarters=from_shape(Point(-84.25, 36.25), 4326), **self.common(self.ids.county_owner),
            )
        )  # fmt: skip

    def plant(self) -> None:
        """Three sites, a system, a station with its frequency, and one whose site nobody can see."""
        ids = self.ids
        for site_id, name, lon, lat in (
            (ids.ridge, "Ridge", -84.36, 36.36),
            (ids.valley, "Valley", -84.3123456789, 36.24),
            (ids.knob, "Knob", -84.22, 36.34),
        ):
            self.session.add(
                Site(
                    id=site_id, name=name + self.text, position=from_shape(Point(lon, lat), 4326),
                    structure_type="pole", overall_height_agl_m=45.72, aliases=["Alias" + self.text],
                    **self.common(ids.county_owner),
                )
            )  # fmt: skip
            self.session.flush()
            self.session.add(
                SiteSensitive(
                    site_id=site_id, access_notes="Key under the mat" + self.text, generator_kw=35.0,
                    battery_hours=8.0, **self.common(ids.county_owner),
                )
            )  # fmt: skip
        self.session.add(
            RadioSystem(
                id=ids.system, name="County VHF" + self.text, kind="conventional", technology="analog",
                bands=["VHF"], **self.common(ids.county_owner),
            )
        )  # fmt: skip
        self.session.flush()
        station = Station(
            id=uuid.uuid4(), name="Ridge VHF" + self.text, site_owner_id=ids.county_owner, site_id=ids.ridge,
            radio_system_owner_id=ids.county_owner, radio_system_id=ids.system, antenna_height_agl_m=30.0, erp_w=100.0,
            antenna_make="Make" + self.text, **self.common(ids.county_owner),
        )  # fmt: skip
        lost = Station(
            name="Lost VHF" + self.text, site_owner_id=ids.state_owner, site_id=ids.hidden_site,
            **self.common(ids.county_owner),
        )  # fmt: skip
        self.session.add_all([station, lost])
        self.session.flush()
        self.session.add(
            StationFrequency(
                station_id=station.id, station_tx_freq_hz=155_752_500, station_rx_freq_hz=158_737_500,
                **self.common(ids.county_owner),
            )
        )  # fmt: skip

    def links(self) -> None:
        """A ring of three microwave links, and a fibre to a site nobody can see."""
        ids = self.ids
        for name, kind, a, b in (
            ("Ridge-Valley", "microwave", ids.ridge, ids.valley),
            ("Valley-Knob", "microwave", ids.valley, ids.knob),
            ("Knob-Ridge", "microwave", ids.knob, ids.ridge),
            ("Valley-Away", "fibre", ids.valley, ids.hidden_site),
        ):
            link = BackhaulLink(
                id=uuid.uuid4(), name=name + self.text, kind=kind, site_a_owner_id=ids.county_owner, site_a_id=a,
                site_b_owner_id=ids.county_owner, site_b_id=b, path_length_m=12_345.0,
                provider="Provider" + self.text, **self.common(ids.county_owner),
            )  # fmt: skip
            self.session.add(link)
            self.session.flush()
            self.session.add(
                BackhaulLinkSensitive(
                    backhaul_link_id=link.id, circuit_id="SECRET-CIRCUIT" + self.text,
                    **self.common(ids.county_owner),
                )
            )  # fmt: skip
            self.session.add(
                LinkCarriesSystem(
                    backhaul_link_id=link.id, radio_system_owner_id=ids.county_owner, radio_system_id=ids.system,
                    **self.common(ids.county_owner),
                )
            )  # fmt: skip

    def ready(self) -> None:
        """A dispatch center, a gateway, a cache of which two radios are out, a vehicle, a person with a task book."""
        common = self.common(self.ids.county_owner)
        sheriff = {"agency_owner_id": self.ids.county_owner, "agency_id": self.ids.sheriff}
        place = from_shape(Point(-84.35, 36.33), 4326)
        area = from_shape(MultiPolygon([box(WEST, SOUTH, -84.25, NORTH)]), 4326)
        cache, person = uuid.uuid4(), uuid.uuid4()
        self.session.add_all(
            [
                DispatchCenter(name="County 911" + self.text, kind="primary", position=place, service_area=area,
                               cad_vendor="CAD" + self.text, ng911_stage="legacy", **sheriff, **common),
                Gateway(name="Patch" + self.text, kind="console_patch", site_owner_id=self.ids.county_owner,
                        site_id=self.ids.ridge, staffing="Supervisor" + self.text, **sheriff, **common),
                RadioCache(id=cache, name="Cache" + self.text, position=place, radio_count=10,
                           release_authority="COML" + self.text, **sheriff, **common),
                MobileCommVehicle(name="Comm 1" + self.text, nims_type=2, position=place, bands=["VHF"],
                                  crew_notes="Driver" + self.text, **sheriff, **common),
                CommUnitMember(id=person, name="Pat Lee" + self.text, position=place, **sheriff, **common),
            ]
        )  # fmt: skip
        self.session.flush()
        self.session.add_all(
            [
                CacheCheckout(radio_cache_id=cache, checked_out_to="Fair" + self.text, radio_count=2,
                              out_on=date(2026, 11, 20), **common),
                CommUnitQualification(comm_unit_member_id=person, unit_position="COML", task_book_status="signed",
                                      expires_on=date(2027, 5, 1), **common),
                CommUnitMemberContact(comm_unit_member_id=person, mobile="SECRET-PHONE" + self.text, **common),
            ]
        )  # fmt: skip

    def needs(self) -> None:
        """One need of the two agencies at level 3."""
        need = Need(
            id=uuid.uuid4(), name="Pursuit" + self.text, required_level=3, justification="Joint calls" + self.text,
            place=from_shape(MultiPolygon([box(WEST, SOUTH, EAST, NORTH)]), 4326), **self.common(self.ids.county_owner),
        )  # fmt: skip
        self.session.add(need)
        self.session.flush()
        for agency in (self.ids.sheriff, self.ids.ems):
            self.session.add(
                NeedParty(
                    need_id=need.id, agency_owner_id=self.ids.county_owner, agency_id=agency,
                    **self.common(self.ids.county_owner),
                )
            )  # fmt: skip

    def results(self) -> None:
        """Coverage of the system, one pair with an interval, a gap and a place where it is not known."""
        ids = self.ids
        probability = np.tile(np.linspace(1.0, 0.0, COLS, dtype=np.float32), (ROWS, 1))
        probability[:5, :] = np.nan
        self.result(
            ids.coverage_result, "system_coverage", f"{ids.system}|portable", "Coverage of County VHF",
            {"figures": {"served_share": 0.4}, "criterion": "DAQ 3.4" + self.text, "profile": "portable"},
            box(WEST, SOUTH, -84.3, 36.37),
            {name: probability for name in ("talk_out_probability", "talk_in_probability", "balanced_probability")},
        )  # fmt: skip
        first, second = sorted((str(ids.sheriff), str(ids.ems)))
        proven = np.full((ROWS, COLS), 3, np.uint8)
        proven[:, 20:] = 0
        possible = np.full((ROWS, COLS), 3, np.uint8)
        possible[20:, :] = 5
        proven[:5, :] = possible[:5, :] = NO_DATA
        members = [name + self.text for name in ("Campbell County Sheriff", "Scott EMS")]
        west = np.arange(COLS)[None, :] < 20
        south = np.arange(ROWS)[:, None] >= 20
        # States of the methods' sides: 0 no, 1 unknown, 2 yes. The channel surely reaches the west half only.
        channel = np.where(west, 2, 1) + np.zeros((ROWS, 1), int)
        talkgroup = np.where(south, 2, 0) + np.zeros((1, COLS), int)
        sides = np.stack([channel, channel, talkgroup, talkgroup]).astype(np.uint8)
        sides[:, :5, :] = NO_DATA
        self.result(
            ids.pair_result, "interop_pair", f"{first}|{second}", "Campbell County Sheriff and Scott EMS" + self.text,
            {
                "members": members, "place": {"kind": "overlap", "text": "the overlap of their service areas"},
                "proven_level": 0, "possible_level": 5, "answer": "0, perhaps 5", "as_of": "2026-11-22",
                "methods": [
                    self.method(members, 3, "shared_channel", "LAW 1", "yes", 0, []),
                    self.method(members, 5, "shared_talkgroup", "XEM 1", "unknown", 2, ["No fleet is on record"]),
                ],
            },
            box(WEST, SOUTH, EAST, 36.37), {"proven_level": proven, "possible_level": possible, "leg_states": sides},
        )  # fmt: skip
        for gap, reason, area in (
            (ids.gap_result, "COVERAGE", box(-84.3, SOUTH, EAST, 36.3)),
            (ids.unknown_gap_result, "STALE", box(-84.3, 36.3, EAST, 36.37)),
        ):
            self.result(
                gap, "gap", f"{uuid.uuid4()}|{reason}|1", "Pursuit: not met" + self.text,
                {
                    "need": "Pursuit" + self.text, "required_level": 3, "reason": reason, "area_km2": 71.2,
                    "known": reason == "COVERAGE", "within_minutes": 10, "answer": "0",
                    "sentence": f"Behind the ridge the signal is too weak ({reason})." + self.text,
                },
                area, {},
            )  # fmt: skip

    def method(self, members, level, kind, resource, without_place, first_band, reasons) -> dict:
        """A method as a pair's summary holds it, with one side for each agency."""
        return {
            "level": level, "kind": kind, "without_place": without_place, "first_band": first_band,
            "resources": [{"class": "channel", "id": str(uuid.uuid4()), "name": resource + self.text}],
            "legs": [{"agency": member} for member in members],
            "reasons": [{"code": "MISSING", "text": reason + self.text, "state": "unknown"} for reason in reasons],
        }  # fmt: skip

    def result(self, result_id, kind, key, title, summary, area, layers) -> None:
        """One result and its rasters."""
        owner = self.ids.county_owner
        self.session.add(
            Result(
                id=result_id, kind=kind, result_key=key, title=title, method="itm" + self.text, method_version="1.0",
                inputs_sha256=hashlib.sha256(key.encode()).hexdigest(), input_ids=[], audience=[owner],
                field_classes=["public"], caveats=["No land cover was used." + self.text], summary=summary,
                area=from_shape(MultiPolygon([area]), 4326), source="computed", **self.common(owner, verified_on=None),
            )
        )  # fmt: skip
        self.session.flush()
        for name, values in layers.items():
            content = geotiff(values)
            self.session.add(
                ResultLayer(
                    owner_id=owner, result_id=result_id, name=name, media_type="image/tiff; application=geotiff",
                    content=content, content_sha256=hashlib.sha256(content).hexdigest(),
                )
            )  # fmt: skip


def geotiff(values: np.ndarray) -> bytes:
    """A raster of the square, or a stack of them, as GeoTIFF bytes: NaN or 255 is no data."""
    bands = values if values.ndim == 3 else values[None]
    no_data = NO_DATA if values.dtype == np.uint8 else float("nan")
    target = io.BytesIO()
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="GTiff", height=ROWS, width=COLS, count=len(bands), dtype=values.dtype, crs="EPSG:4326",
            nodata=no_data, transform=Affine(CELL_DEG, 0, WEST, 0, -CELL_DEG, NORTH), compress="deflate",
        ) as raster:  # fmt: skip
            raster.write(bands)
        target.write(memory.read())
    return target.getvalue()
