/* Coverage and levels: one overlay at a time, chosen in the panel. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const byId = (id) => document.getElementById(id);
  let overlay = null;
  let wanted = 0;

  function option(value, text) {
    return casm.panel.make("option", { value, text: casm.panel.short(text) });
  }

  function fill(select, entries) {
    select.replaceChildren(...entries.map(([value, text]) => option(value, text)));
  }

  /* Put an overlay on the map: given whole, or by the address that tells its bounds and image. */
  async function put(given, words, look) {
    const question = ++wanted;
    remove();
    if (!given) {
      return;
    }
    let placed = given;
    if (typeof given === "string") {
      const response = await fetch(given, { headers: { Accept: "application/json" } });
      if (!response.ok) {
        casm.say("The overlay could not be loaded.");
        return;
      }
      placed = await response.json();
    }
    if (question !== wanted) {
      return;
    }
    const [west, south, east, north] = placed.bounds;
    overlay = L.imageOverlay(placed.image, [[south, west], [north, east]], { pane: "raster", className: "casm-raster", alt: words, opacity: 0.9 });
    overlay.addTo(casm.map);
    if (look) {
      casm.map.fitBounds(overlay.getBounds(), { maxZoom: 13, padding: [30, 30], animate: false });
    }
  }

  function remove() {
    if (overlay) {
      overlay.remove();
      overlay = null;
    }
  }

  function theme() {
    return document.querySelector("input[name=theme]:checked").value;
  }

  function chosenCoverage() {
    return casm.data.coverages.find((coverage) => coverage.id === byId("coverage").value) || null;
  }

  function chosenPair() {
    if (theme() !== "pair") {
      return null;
    }
    const [one, other] = [byId("agency-a").value, byId("agency-b").value];
    return casm.data.pairs.find((pair) => (pair.a === one && pair.b === other) || (pair.a === other && pair.b === one)) || null;
  }

  function partnersOf(agency) {
    const names = casm.data.pairs.flatMap((pair) => (pair.a === agency ? [pair.b] : pair.b === agency ? [pair.a] : []));
    return [...new Set(names)].sort();
  }

  function offerDirections() {
    const coverage = chosenCoverage();
    fill(byId("direction"), coverage ? coverage.views.map((view) => [view.direction, view.label]) : []);
  }

  function offerPartners() {
    const kept = byId("agency-b").value;
    fill(byId("agency-b"), partnersOf(byId("agency-a").value).map((name) => [name, name]));
    if ([...byId("agency-b").options].some((entry) => entry.value === kept)) {
      byId("agency-b").value = kept;
    }
  }

  function tell(lines) {
    byId("made").querySelector("ul").replaceChildren(...lines.map((line) => casm.panel.make("li", { text: line })));
    byId("made").hidden = !lines.length;
    casm.say("");
  }

  function draw() {
    const chosen = theme();
    byId("map-frame").classList.toggle("with-raster", chosen !== "ground");
    for (const name of ["coverage", "pair"]) {
      byId(`choose-${name}`).hidden = chosen !== name;
      byId(`legend-${name}`).hidden = chosen !== name;
    }
    if (chosen === "coverage") {
      const coverage = chosenCoverage();
      const view = coverage && coverage.views.find((entry) => entry.direction === byId("direction").value);
      tell(coverage ? coverage.made : []);
      return put(view && view.overlay, coverage ? `Coverage of ${coverage.label}` : "");
    }
    if (chosen === "pair") {
      const pair = chosenPair();
      byId("pair-answer").textContent = pair ? `Over the whole place: ${pair.answer}` : "";
      tell(pair ? pair.made : []);
      return put(pair && pair.overlay, pair ? `Levels of ${pair.a} and ${pair.b}` : "", true);
    }
    tell([]);
    return put(null, "");
  }

  function prepare() {
    fill(byId("coverage"), casm.data.coverages.map((coverage) => [coverage.id, coverage.label]));
    offerDirections();
    const agencies = [...new Set(casm.data.pairs.flatMap((pair) => [pair.a, pair.b]))].sort();
    fill(byId("agency-a"), agencies.map((name) => [name, name]));
    offerPartners();
    for (const input of document.querySelectorAll("input[name=theme]")) {
      input.addEventListener("change", draw);
    }
    byId("coverage").addEventListener("change", () => { offerDirections(); draw(); });
    byId("direction").addEventListener("change", draw);
    byId("agency-a").addEventListener("change", () => { offerPartners(); draw(); });
    byId("agency-b").addEventListener("change", draw);
    draw();
  }

  casm.chosenPair = chosenPair;
  casm.prepareOverlays = prepare;
})(window.casm);
