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
  // How far, in pixels, a county's name may move from its middle to find room.
  const SHIFTS = [0, -45, 45, -90, 90, -135, 135, -180, 180];
  // Pixels kept free round a point, and between names.
  const POINT = 5;
  const SITE_POINT = 12;
  const APART = 2;

  function made(entry, kind, group) {
    const text = casm.panel.make("span", { text: casm.panel.short(entry.name) });
    const icon = L.divIcon({ className: `casm-label label-${kind}`, html: text, iconSize: [0, 0] });
    const marker = L.marker([entry.latitude, entry.longitude], { icon, pane: "labels", interactive: false, keyboard: false });
    return { entry, marker, text, kind, group, ...KINDS[kind] };
  }

  /* Where the name would lie, in pixels of the map, on a side of its point. */
  function box(point, size, side, clear) {
    const [wide, high] = size;
    const left = { right: point.x + clear, left: point.x - clear - wide }[side] ?? point.x - wide / 2;
    const top = { above: point.y - clear - high, below: point.y + clear }[side] ?? point.y - high / 2;
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
      const taken = on("sites") ? sites.map((site) => box(pointOf(site), [SITE_POINT * 2, SITE_POINT * 2], "centre", 0)) : [];
      shown.forEach((name, index) => {
        const own = name.kind === "site" ? box(pointOf(name.entry), [SITE_POINT * 2, SITE_POINT * 2], "centre", 0) : null;
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
        name.text.className = `at-${side}${clear > POINT + 1 ? " far" : ""}`;
        if (name.centred) {
          name.marker.setLatLng(casm.map.containerPointToLatLng(point));
        }
      });
    }

    return { arrange };
  }

  /* Points, sides and distances to try, the best first. */
  function candidates(name, point) {
    if (name.centred) {
      return SHIFTS.flatMap((down) => SHIFTS.map((across) => point.add([across, down])))
        .filter((moved) => inCounty(name.entry, casm.map.containerPointToLatLng(moved)))
        .map((moved) => [moved, "centre", 0]);
    }
    const distances = name.kind === "site" ? [SITE_POINT + 1] : [POINT + 1, SITE_POINT + 3];
    return distances.flatMap((clear) => SIDES.map((side) => [point, side, clear]));
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
