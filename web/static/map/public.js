/* A public release on the map: cells with how many sites are in them, whole cells of coverage, and what is where. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const byId = (id) => document.getElementById(id);
  let area = null;

  function edges(cell) {
    const [west, south, east, north] = cell.bounds;
    return L.latLngBounds([[south, west], [north, east]]);
  }

  const km = (metres) => `${(metres / 1609.344).toFixed(0)} mi (${(metres / 1000).toFixed(0)} km)`;
  const holding = (cell) => `${cell.count.toLocaleString("en")} sites`;

  /* The cells, coarse ones first, so that the finer ones within lie above. */
  function cellLayer() {
    const group = L.layerGroup();
    for (const cell of [...casm.data.cells].sort((one, other) => other.accuracy_m - one.accuracy_m)) {
      L.rectangle(edges(cell), { pane: "areas", className: "casm-cell", interactive: false }).addTo(group);
      const html = casm.panel.make("span", { className: "cell-count", text: cell.count.toLocaleString("en") });
      const icon = L.divIcon({ className: "", html, iconSize: [40, 24] });
      L.marker([cell.latitude, cell.longitude], { icon, interactive: false, keyboard: false, alt: holding(cell) }).addTo(group);
    }
    return group;
  }

  function within(layer, longitude, latitude) {
    return casm.featuresOf(layer).filter((feature) => casm.grid.inArea(feature.geometry, longitude, latitude));
  }

  /* What the release tells of a place: its cells, and which systems reach it. */
  function ask(longitude, latitude) {
    const names = ["counties", "land"].flatMap((layer) => within(layer, longitude, latitude).slice(0, 1)).map((feature) => feature.properties.name);
    const cells = casm.data.cells.filter((cell) => edges(cell).contains([latitude, longitude]));
    const counts = cells.sort((one, other) => one.accuracy_m - other.accuracy_m).map((cell, index) => {
      const finer = index ? ", besides those of the smaller cell" : "";
      return [holding(cell), `somewhere in the cell${finer}, up to ${km(cell.accuracy_m)} from its middle`];
    });
    const reaching = casm.data.coverages.filter((coverage) => casm.grid.inArea(coverage.area, longitude, latitude));
    casm.panel.record(names.join(", ") || "What is here?", [
      ...(counts.length ? counts : [["Sites", "none released for this cell"]]),
      ...(reaching.length ? reaching.map((coverage) => ["Reached by", `${casm.panel.short(coverage.system)} (${coverage.technology})`]) : [["Coverage", "none released for this cell; that is no data, not a no"]]),
    ]);
  }

  function draw() {
    const coverage = document.querySelector("input[name=theme]:checked").value === "coverage";
    byId("map-frame").classList.toggle("with-raster", coverage);
    for (const id of ["choose-coverage", "legend-coverage"]) {
      byId(id).hidden = !coverage;
    }
    if (area) {
      area.remove();
      area = null;
    }
    const chosen = coverage && casm.data.coverages.find((entry) => entry.id === byId("system").value);
    if (chosen) {
      area = L.geoJSON(chosen.area, { pane: "raster", interactive: false, style: { className: "casm-reach" } }).addTo(casm.map);
    }
  }

  /* Called where the map of everything prepares its overlays (start.js). */
  function prepare() {
    byId("system").replaceChildren(...casm.data.coverages.map((entry) => casm.panel.make("option", { value: entry.id, text: casm.panel.short(entry.system) })));
    for (const input of document.querySelectorAll("input[name=theme], #system")) {
      input.addEventListener("change", draw);
    }
    draw();
  }

  Object.assign(casm, { ask, cellLayer, prepareOverlays: prepare });
})(window.casm);
