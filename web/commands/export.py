"""`casm export`: layers as GeoJSON, and the map as one file."""

from pathlib import Path

import click

from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import locate_database
from casm.db.server import DATABASE
from casm.db.session import open_database
from casm.errors import CasmError
from casm.exchange.geojson import LAYERS, write_features, write_layer
from casm.exchange.public_release import PUBLIC_LAYERS
from casm.sharing.viewer import Viewer
from web.commands.terrain import relief_terrain
from web.maps.offline_map import write_offline_map
from web.maps.page import DEFAULT_TITLE
from web.maps.public_map import PUBLIC_TITLE, write_public_map

MAP = "map"
PUBLIC = "public"


@click.command(name="export")
@click.argument("layers", nargs=-1, type=click.Choice([*LAYERS, MAP]))
@click.option("--all", "everything", is_flag=True, help="Write every layer and the map.")
@click.option(
    "--release", type=click.Choice([PUBLIC]),
    help="Write what may be shown to anyone: fewer classes and fields, places as cells of a fixed grid.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"), show_default=True,
    help="Folder to write to; made where missing.",
)  # fmt: skip
@click.option("--database", default=DATABASE, show_default=True, help="Name of the database to read.")
@click.option(
    "--terrain", type=click.Path(path_type=Path),
    help="Elevations to draw the map's relief from, if the data folder has not just one.",
)  # fmt: skip
@click.option("--title", help=f"What the map is called.  [default: {DEFAULT_TITLE}; released: {PUBLIC_TITLE}]")
def command(
    layers: tuple[str, ...],
    everything: bool,
    release: str | None,
    out: Path,
    database: str,
    terrain: Path | None,
    title: str | None,
) -> None:
    """Write LAYERS as GeoJSON (RFC 7946) files, and `map` as one HTML file that opens without a network.

    Each file bears its handling mark, in its name too. A public release holds what its owners release, see
    docs/public-release.md.
    """
    offered = [*(PUBLIC_LAYERS if release else LAYERS), MAP]
    wanted = offered if everything else list(dict.fromkeys(layers))
    if unreleased := [name for name in wanted if name not in offered]:
        raise CasmError(f"There is no public release of {unreleased[0]}.", f"choose from {', '.join(offered)}")
    if not wanted:
        raise CasmError("No layer was named.", f"name some of {', '.join(offered)}, or give --all")
    settings = Settings.from_environment()
    opened = open_database(locate_database(settings, database, progress=tell))
    try:
        with opened.session(Viewer.local_administrator()) as session:
            for name in wanted:
                if name == MAP and release:
                    path = out / f"{release}_{name}.html"
                    released = write_public_map(session, path, title=title or PUBLIC_TITLE, name_bears_mark=True)
                    tell(f"{released.path}: {released.size_bytes / 1e6:.1f} MB, {released.marking}")
                elif name == MAP:
                    ground = relief_terrain(settings, terrain)
                    written = write_offline_map(
                        session, out / "map.html", title=title or DEFAULT_TITLE, terrain=ground, name_bears_mark=True
                    )
                    tell(f"{written.path}: {written.size_bytes / 1e6:.1f} MB, {written.marking}")
                elif release:
                    path = out / f"{release}_{name}.geojson"
                    layer = write_features(session, PUBLIC_LAYERS[name], path, name_bears_mark=True)
                    tell(f"{layer.path}: {layer.feature_count} features, {layer.marking}")
                else:
                    layer = write_layer(session, name, out / f"{name}.geojson", name_bears_mark=True)
                    tell(f"{layer.path}: {layer.feature_count} features, {layer.marking}")
    finally:
        opened.close()
