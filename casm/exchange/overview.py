"""All that a map of the visible inventory shows, read once: places, plant, gaps, and which results there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from casm.assessments.result import Result, ResultLayer
from casm.exchange.feature import Feature, column_names
from casm.exchange.layers.approximate import read_squares
from casm.exchange.layers.places import read_agencies, read_jurisdictions, read_needs
from casm.exchange.layers.plant import read_links, read_sites, read_stations
from casm.exchange.layers.results import owners_by_id, read_gaps
from casm.exchange.marking import Markable, Marking, mark, says_exercise
from casm.inventory.agency import Agency
from casm.inventory.backhaul import BackhaulLink
from casm.inventory.channel import Channel
from casm.inventory.radio_system import RadioSystem
from casm.inventory.site import Site
from casm.listing.clusters import Cluster, Extent, read_clusters, read_extent
from casm.listing.list_field import list_fields
from casm.listing.query import ListQuery, query_of

Bounds = tuple[float, float, float, float]

# Degrees of country drawn around what the inventory covers.
SURROUNDINGS_DEG = 0.3
# Counties beyond this many say nothing on one page and weigh a lot; states are drawn then.
MOST_COUNTIES = 400

# Cells of the table of sites that are too many to be listed: some 22 km, more where the country is wider.
TABLE_ZOOM = 9
EDGE_DEG = 0.0001

HEAD_KINDS = ("system_coverage", "interop_pair")


@dataclass(frozen=True)
class ResultHead:
    """What a result is about and how it came to be, without its rasters."""

    id: UUID
    kind: str
    result_key: str
    title: str
    method: str
    method_version: str
    computed_at: datetime
    audience: tuple[str, ...]
    owner_codes: tuple[str, ...]
    caveats: tuple[str, ...]
    summary: dict[str, Any]
    raster_names: tuple[str, ...]
    bounds: Bounds | None
    exercise: bool
    sensitivity: str


@dataclass(frozen=True)
class SystemCoverage:
    """Coverage computed for one radio system, or one repeater channel, and one kind of subscriber."""

    result: ResultHead
    system: str
    profile: str


@dataclass(frozen=True)
class AgencyPair:
    """The interval computed for two agencies, their names in alphabetical order."""

    result: ResultHead
    agency_a: str
    agency_b: str
    proven_level: int | None
    possible_level: int | None
    answer: str


@dataclass
class Overview:
    """The visible inventory for a map; `bounds` is where it lies, None when nothing has a place.

    `squares`: what is shared only approximately. `many_sites`: where there are more sites than are drawn one by one,
    how many and where they lie; sites and stations are not read then, and `site_clusters` tells of them in a table.
    `links_left_out`: whether there are more links than are drawn.
    """

    states: list[Feature] = field(default_factory=list)
    counties: list[Feature] = field(default_factory=list)
    agencies: list[Feature] = field(default_factory=list)
    sites: list[Feature] = field(default_factory=list)
    stations: list[Feature] = field(default_factory=list)
    links: list[Feature] = field(default_factory=list)
    squares: list[Feature] = field(default_factory=list)
    gaps: list[Feature] = field(default_factory=list)
    needs: list[Feature] = field(default_factory=list)
    coverages: list[SystemCoverage] = field(default_factory=list)
    pairs: list[AgencyPair] = field(default_factory=list)
    bounds: Bounds | None = None
    marking: Marking = field(default_factory=Marking)
    many_sites: Extent | None = None
    site_clusters: list[Cluster] = field(default_factory=list)
    links_left_out: bool = False

    @property
    def results(self) -> list[ResultHead]:
        """Every result the overview names, apart from gaps."""
        return [shown.result for shown in (*self.coverages, *self.pairs)]


def read_overview(session: Session, *, most_drawn: int | None = None, clusters: bool = False) -> Overview:
    """Everything this session's viewer may see on a map.

    most_drawn: so many sites, and links, are read one by one at most; without it all are. clusters: of more sites read
    also where they lie, cell by cell.
    """
    many_sites = read_many_sites(session) if exceeds(session, Site, most_drawn) else None
    links_left_out = exceeds(session, BackhaulLink, most_drawn)
    overview = Overview(
        agencies=list(read_agencies(session)),
        sites=[] if many_sites else list(read_sites(session)),
        stations=[] if many_sites else list(read_stations(session)),
        links=[] if links_left_out else list(read_links(session)),
        many_sites=many_sites, links_left_out=links_left_out,
        squares=list(read_squares(session)),
        gaps=list(read_gaps(session)),
        needs=list(read_needs(session)),
    )
    heads = read_result_heads(session)
    overview.coverages = name_coverages(session, heads)
    overview.pairs = name_pairs(session, heads)
    overview.bounds = extent(overview)
    if clusters and many_sites and many_sites.bounds:
        overview.site_clusters, _kinds = read_clusters(session, every_site(), widened(many_sites.bounds), TABLE_ZOOM)
    around = None if overview.bounds is None else padded(overview.bounds)
    jurisdictions = list(read_jurisdictions(session, around))
    overview.states = [feature for feature in jurisdictions if feature.properties["kind"] in ("state", "territory")]
    counties = [feature for feature in jurisdictions if feature.properties["kind"] == "county"]
    overview.counties = counties if len(counties) <= MOST_COUNTIES else []
    overview.marking = mark(session, shown_rows(overview))
    return overview


def exceeds(session: Session, mapped: type[Site] | type[BackhaulLink], most: int | None) -> bool:
    """Whether more than so many rows in use are seen; no more than that are looked at."""
    if most is None:
        return False
    some = select(mapped.id).where(mapped.status != "retired").limit(most + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > most


def every_site() -> ListQuery:
    """All sites in use, as a table asks for them."""
    return query_of("site", list_fields("site"), [])


def read_many_sites(session: Session) -> Extent:
    """How many sites there are and where they lie, counted by the database."""
    return read_extent(session, every_site())


def widened(bounds: Bounds) -> Bounds:
    """The bounds with a little room, so that what lies on their edge is within."""
    west, south, east, north = bounds
    return west - EDGE_DEG, south - EDGE_DEG, east + EDGE_DEG, north + EDGE_DEG


def read_result_heads(session: Session, kinds: Sequence[str] = HEAD_KINDS) -> list[ResultHead]:
    """Heads of the coverage and pair results, or of one of these kinds, by title."""
    names: dict[UUID, list[str]] = {}
    for result_id, name in session.execute(select(ResultLayer.result_id, ResultLayer.name).order_by(ResultLayer.name)):
        names.setdefault(result_id, []).append(name)
    owners = owners_by_id(session)
    area_bounds = [getattr(Result.area, f"ST_{edge}")() for edge in ("XMin", "YMin", "XMax", "YMax")]
    statement = (
        select(Result, *area_bounds)
        .options(defer(Result.input_ids), defer(Result.parameters), defer(Result.area))
        .where(Result.kind.in_(kinds), Result.status != "retired")
        .order_by(Result.kind, Result.title, Result.result_key)
    )
    heads = []
    for row, *edges in session.execute(statement):
        audience = [owners[owner_id] for owner_id in row.audience if owner_id in owners]
        heads.append(
            ResultHead(
                **{name: getattr(row, name) for name in column_names(Result) & set(ResultHead.__dataclass_fields__)}
                | {"audience": tuple(sorted(owner.name for owner in audience)), "caveats": tuple(row.caveats)},
                owner_codes=tuple(sorted(owner.code for owner in audience)),
                raster_names=tuple(names.get(row.id, ())),
                bounds=None if None in edges else (edges[0], edges[1], edges[2], edges[3]),
                exercise=says_exercise(row.title, row.remarks, row.caveats, [owner.name for owner in audience]),
            )
        )
    return heads


def name_coverages(session: Session, heads: list[ResultHead]) -> list[SystemCoverage]:
    """Coverages with their system's or channel's name; one that can no longer be seen keeps the result's title."""
    names = names_of(session, RadioSystem) | names_of(session, Channel)
    named = []
    for head in heads:
        if head.kind == "system_coverage":
            system_id, _, profile = head.result_key.partition("|")
            named.append(SystemCoverage(head, names.get(system_id, head.title), profile))
    return sorted(named, key=lambda coverage: (coverage.system, coverage.profile))


def name_pairs(session: Session, heads: list[ResultHead]) -> list[AgencyPair]:
    """Pairs whose agencies can both still be seen, with their names in alphabetical order."""
    names = names_of(session, Agency)
    named = []
    for head in heads:
        if head.kind == "interop_pair":
            first, _, second = head.result_key.partition("|")
            if first in names and second in names:
                agency_a, agency_b = sorted((names[first], names[second]))
                summary = head.summary
                named.append(
                    AgencyPair(
                        head,
                        agency_a,
                        agency_b,
                        summary.get("proven_level"),
                        summary.get("possible_level"),
                        str(summary.get("answer", "not known")),
                    )
                )
    return sorted(named, key=lambda pair: (pair.agency_a, pair.agency_b))


def names_of(session: Session, mapped: type[Agency] | type[Channel] | type[RadioSystem]) -> dict[str, str]:
    """Names of the visible rows in use, by id."""
    rows = session.execute(select(mapped.id, mapped.name).where(mapped.status != "retired"))
    return {str(row_id): name for row_id, name in rows}


def extent(overview: Overview) -> Bounds | None:
    """Where sites, gaps and coverage lie; failing these pairs, then agencies; None when nothing has a place.

    A pair's place, and an agency's area, can be a whole state of which the records cover one corner.
    """
    sources = (
        [
            shapely.bounds(f.geometry)
            for f in (*overview.sites, *overview.gaps, *overview.squares)
            if f.geometry is not None
        ]
        + [shown.result.bounds for shown in overview.coverages if shown.result.bounds is not None]
        + ([overview.many_sites.bounds] if overview.many_sites and overview.many_sites.bounds else []),
        [shown.result.bounds for shown in overview.pairs if shown.result.bounds is not None],
        [shapely.bounds(f.geometry) for f in overview.agencies if f.geometry is not None],
    )
    boxes = next((found for found in sources if found), None)
    if boxes is None:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return float(min(west)), float(min(south)), float(max(east)), float(max(north))


def padded(bounds: Bounds, margin_deg: float = SURROUNDINGS_DEG) -> Bounds:
    """The bounds with a margin, kept on the globe."""
    west, south, east, north = bounds
    return (
        max(west - margin_deg, -180.0),
        max(south - margin_deg, -90.0),
        min(east + margin_deg, 180.0),
        min(north + margin_deg, 90.0),
    )


def shown_rows(overview: Overview) -> Iterator[Markable]:
    """Everything an overview shows, for its mark."""
    lists = (
        overview.states, overview.counties, overview.agencies, overview.sites, overview.stations, overview.links,
        overview.squares, overview.gaps, overview.needs, overview.results,
    )  # fmt: skip
    return chain(chain.from_iterable(lists), overview.many_sites.kinds if overview.many_sites else ())
