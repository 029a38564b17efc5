/* Coverage and levels: one overlay at a time, chosen in the panel. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const byId = (id) => document.getElementById(id);
  let overlay = null;
  let untold = null;
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
    if (placed.beyond) {
      untold = L.geoJSON(placed.beyond, { pane: "raster", interactive: false, style: { stroke: false, fillColor: "url(#no-data)", fillOpacity: 1, className: "casm-untold" } });
      untold.addTo(casm.map);
    }
    if (look) {
      casm.map.fitBounds(overlay.getBounds(), { maxZoom: 12, padding: [30, 30], animate: false });
    }
  }

  function remove() {
    for (const layer of [overlay, untold]) {
      if (layer) {
        layer.remove();
      }
    }
    overlay = untold = null;
  }

  function theme() {
    return document.querySelector("input[name=theme]:checked").value;
  }

  function chosenCoverage() {
    return casm.data.coverages.find((coverage) => coverage.id === byId("subscriber").value) || null;
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

  /* Each list offers what the one above it leaves; what was chosen stays chosen where it can. */
  function offerSubscribers() {
    const kept = byId("subscriber").selectedOptions[0];
    const offered = casm.data.coverages.filter((coverage) => coverage.system === byId("system").value);
    fill(byId("subscriber"), offered.map((coverage) => [coverage.id, coverage.subscriber]));
    const same = offered.find((coverage) => kept && coverage.subscriber === kept.textContent);
    const portable = offered.find((coverage) => coverage.subscriber.includes("portable"));
    if (same || portable) {
      byId("subscriber").value = (same || portable).id;
    }
    offerDirections();
  }

  function offerDirections() {
    const kept = byId("direction").value;
    const views = chosenCoverage() ? chosenCoverage().views : [];
    fill(byId("direction"), views.map((view) => [view.direction, view.label]));
    if (views.some((view) => view.direction === kept)) {
      byId("direction").value = kept;
    }
  }

  function offerPartners() {
    const kept = byId("agency-b").value;
    fill(byId("agency-b"), partnersOf(byId("agency-a").value).map((name) => [name, name]));
    if ([...byId("agency-b").options].some((entry) => entry.value === kept)) {
      byId("agency-b").value = kept;
    }
  }

  /* How a result was made: lines by their numbers in the page's list. */
  function tell(numbers) {
    const lines = numbers.map((number) => casm.panel.make("li", { text: casm.data.lines[number] }));
    byId("made").querySelector("ul").replaceChildren(...lines);
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
    const { coverages, openWith, pairs } = casm.data;
    fill(byId("system"), [...new Set(coverages.map((coverage) => coverage.system))].map((name) => [name, name]));
    const firstCoverage = coverages.find((coverage) => coverage.id === openWith.coverage);
    if (firstCoverage) {
      byId("system").value = firstCoverage.system;
      offerSubscribers();
      byId("subscriber").value = firstCoverage.id;
      offerDirections();
    }
    const agencies = [...new Set(pairs.flatMap((pair) => [pair.a, pair.b]))].sort();
    fill(byId("agency-a"), agencies.map((name) => [name, name]));
    const firstPair = pairs.find((pair) => pair.id === openWith.pair);
    if (firstPair) {
      byId("agency-a").value = firstPair.a;
    }
    offerPartners();
    if (firstPair) {
      byId("agency-b").value = firstPair.b;
    }
    for (const input of document.querySelectorAll("input[name=theme]")) {
      input.addEventListener("change", draw);
    }
    byId("system").addEventListener("change", () => { offerSubscribers(); draw(); });
    byId("subscriber").addEventListener("change", () => { offerDirections(); draw(); });
    byId("direction").addEventListener("change", draw);
    byId("agency-a").addEventListener("change", () => { offerPartners(); draw(); });
    byId("agency-b").addEventListener("change", draw);
    draw();
  }

  casm.chosenPair = chosenPair;
  casm.prepareOverlays = prepare;
})(window.casm);
