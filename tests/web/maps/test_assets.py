"""Folium's scripts and styles come from our own disk, or the page is not built."""

import folium
import pytest
from folium.plugins import MarkerCluster

from casm.errors import CasmError
from web.maps.assets import FILES, FOLIUM_NAMES, PACKAGES, file_of, use_local_assets


def test_a_map_asks_only_this_server():
    drawn = folium.Map(tiles=None)
    use_local_assets(drawn)
    root = drawn.get_root()
    root.render()
    assert "://" not in root.header.render()


def test_other_maps_keep_their_own():
    before = list(folium.Map.default_js)
    use_local_assets(folium.Map(tiles=None))
    assert folium.Map.default_js == before


def test_a_plugin_nobody_has_listed_stops_the_build():
    drawn = folium.Map(tiles=None)
    MarkerCluster().add_to(drawn)
    with pytest.raises(CasmError, match="markercluster"):
        use_local_assets(drawn)


def test_every_address_that_folium_is_given_is_listed():
    assert {address for address in FOLIUM_NAMES.values() if address} <= set(FILES)


@pytest.mark.parametrize("address", FILES)
def test_every_listed_file_is_installed(address):
    path = file_of(address)
    assert path.is_file()
    assert path.resolve().is_relative_to(PACKAGES)


def test_no_other_file_is_found():
    assert file_of("leaflet/package.json") is None
