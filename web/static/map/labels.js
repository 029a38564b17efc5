/* Names on the map, the important ones first, each beside its point where there is room, or not at all. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  // Least zoom and rank (low first) of each kind of name.
  const KINDS = {
    county: { zoom: 8, rank: 3, centred: true },
    county_seat: { zoom: 6, rank: 0 },
    town: { zoom: 8, rank: 1 },
    site: { zoom: 9.5, rank: 2 },
    community: { zoom: 10.5, rank: 4 },
  };
  const SIDES = ["right", "left", "above", "below"];
  const CORNERS = ["below-right", "below-left", "above-right", "above-left"];
  // How far, in pixels, a county's name may move from its middle to find room.
  const SHIFTS = [0, -45, 45, -90, 90, -135, 135, -180, 180];
  // Pixels kept free round a point, and between names.
  const POINT = 5;
  const SITE_POINT = 12;
  // As --aslant in map.css: how far a name at a corner keeps from its point, each way.
  const ASLANT = 3;
  const APART = 2;
  // As --clear of .far and .farther in map.css: a town among sites may stand off from its point.
  const FAR = 15;
  const FARTHER = 21;

  function made(entry, kind, group) {
    const text = casm.panel.make("span", { text: casm.panel.short(entry.name) });
    const icon = L.divIcon({ className: `casm-label label-${kind}`, html: text, iconSize: [0, 0] });
    const marker = L.marker([entry.latitude, entry.longitude], { icon, pane: "labels", interactive: false, keyboard: false });
    return { entry, marker, text, kind, group, ...KINDS[kind] };
  }

  /* Where the name would lie, in pixels of the map, on a side of its point. */
  function box(point, size, side, clear) {
    const [wide, high] = size;
    const off = side.includes("-") ? ASLANT : clear;
    const left = side.endsWith("right") ? point.x + off : side.endsWith("left") ? point.x - off - wide : point.x - wide / 2;
    const top = side.startsWith("above") ? point.y - off - high : side.startsWith("below") ? point.y + off : point.y - high / 2;
    return { left, top, right: left + wide, bottom: top + high };
  }

  function meet(first, second) {
    return first.left < second.right + APART && second.left < first.right + APART && first.top < second.bottom + APART && second.top < first.bottom + APART;
  }

  function inside(bounds, place) {
    return place.left >= bounds.min.x && place.right <= bounds.max.x && place.top >= bounds.min.y && place.bottom <= bounds.max.y;
  }

  /* Keeps the names; `arrange` places those of the groups that are on. */
  function prepare() {
    const { counties, places, sites } = casm.data;
    const names = [
      ...counties.map((entry) => made(entry, "county", "counties")),
      ...places.map((entry) => made(entry, entry.kind, "places")),
      ...sites.map((entry) => made(entry, "site", "sites")),
    ].sort((first, second) => first.rank - second.rank);
    const pointOf = (entry) => casm.map.latLngToContainerPoint([entry.latitude, entry.longitude]);

    function arrange(on) {
      const zoom = casm.map.getZoom();
      const shown = names.filter((name) => on(name.group) && zoom >= name.zoom);
      for (const name of names) {
        if (shown.includes(name)) {
          name.marker.addTo(casm.map);
        } else {
          name.marker.remove();
        }
      }
      const sizes = shown.map((name) => [name.text.offsetWidth, name.text.offsetHeight]);
      const frame = L.bounds([0, 0], casm.map.getSize());
      const spot = (entry, reach) => box(pointOf(entry), [reach * 2, reach * 2], "centre", 0);
      const taken = [
        ...controls(),
        ...(on("sites") ? [...sites, ...(casm.shownClusters || [])].map((site) => spot(site, SITE_POINT)) : []),
        ...(on("cells") ? casm.data.cells.map((cell) => spot(cell, SITE_POINT)) : []),
        ...shown.filter((name) => name.group === "places").map((name) => spot(name.entry, POINT - 1)),
      ];
      shown.forEach((name, index) => {
        const own = name.centred ? null : spot(name.entry, name.kind === "site" ? SITE_POINT : POINT - 1);
        const found = candidates(name, pointOf(name.entry)).find(([point, side, clear]) => {
          const place = box(point, sizes[index], side, clear);
          return inside(frame, place) && !taken.some((other) => !same(other, own) && meet(place, other));
        });
        if (!found) {
          name.text.className = "nowhere";
          return;
        }
        const [point, side, clear] = found;
        taken.push(box(point, sizes[index], side, clear));
        name.text.className = `at-${side}${{ [FAR]: " far", [FARTHER]: " farther" }[clear] || ""}`;
        if (name.centred) {
          name.marker.setLatLng(casm.map.containerPointToLatLng(point));
        }
      });
    }

    return { arrange };
  }

  /* Where the map's own buttons, scale and mark lie. */
  function controls() {
    const frame = casm.map.getContainer().getBoundingClientRect();
    const around = casm.map.getContainer().parentElement;
    return [...around.querySelectorAll(".leaflet-control, .map-marking, .north")].map((control) => {
      const at = control.getBoundingClientRect();
      return { left: at.left - frame.left, top: at.top - frame.top, right: at.right - frame.left, bottom: at.bottom - frame.top };
    });
  }

  /* Points, sides and distances to try, the best first. */
  function candidates(name, point) {
    if (name.centred) {
      return SHIFTS.flatMap((down) => SHIFTS.map((across) => point.add([across, down])))
        .filter((moved) => inCounty(name.entry, casm.map.containerPointToLatLng(moved)))
        .map((moved) => [moved, "centre", 0]);
    }
    if (name.kind === "site") {
      return SIDES.map((side) => [point, side, SITE_POINT + 1]);
    }
    const near = [...SIDES, ...CORNERS].map((side) => [point, side, POINT + 1]);
    return [...near, ...[FAR, FARTHER].flatMap((clear) => SIDES.map((side) => [point, side, clear]))];
  }

  function inCounty(entry, position) {
    const county = casm.featuresOf("counties").find((feature) => feature.id === entry.id);
    return county !== undefined && casm.grid.inArea(county.geometry, position.lng, position.lat);
  }

  function same(first, second) {
    return second !== null && first.left === second.left && first.top === second.top;
  }

  casm.prepareLabels = prepare;
})(window.casm);
