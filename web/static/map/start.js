/* Takes Folium's finished map over: labels, sites, layers on and off, clicks, keyboard, lists. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const byId = (id) => document.getElementById(id);
  const SVG = "http://www.w3.org/2000/svg";
  let layers = {};
  let here = null;

  function svg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function tower() {
    return svg("svg", { viewBox: "0 0 22 22", "aria-hidden": "true" },
      svg("circle", { class: "tower-ground", cx: 11, cy: 11, r: 10 }),
      svg("path", { class: "tower-mast", d: "M7 17 11 7l4 10M8.6 13h4.8M11 7V5M7.5 8.5a5 5 0 0 1 0-5M14.5 8.5a5 5 0 0 0 0-5" }));
  }

  function siteMarker(site) {
    const box = casm.panel.make("span", { className: "casm-site" }, tower());
    const icon = L.divIcon({ className: "", html: box, iconSize: [22, 22] });
    const marker = L.marker([site.latitude, site.longitude], { icon, alt: `Site ${site.name}`, riseOnHover: true });
    const open = () => showSite(site);
    marker.on("click", open);
    marker.on("add", () => marker.getElement().setAttribute("aria-label", `Site ${site.name}`));
    return marker;
  }

  function showSite(site) {
    const why = casm.panel.make("button", { className: "ask", text: "Who can talk here?", type: "button" });
    why.addEventListener("click", () => askAt(site.longitude, site.latitude));
    casm.panel.record(`Site ${casm.panel.short(site.name)}`, site.facts, [why]);
  }

  function showLink(event) {
    const link = casm.data.links[event.sourceTarget.feature.id];
    casm.panel.record(`Link ${casm.panel.short(link.name)}`, link.facts);
  }

  function showSquare(event) {
    const square = casm.data.squares[event.sourceTarget.feature.id];
    casm.panel.record("Approximate place", square.facts);
  }

  function askAt(longitude, latitude) {
    if (here) {
      here.remove();
    }
    const icon = L.divIcon({ className: "casm-here", iconSize: [18, 18] });
    here = L.marker([latitude, longitude], { icon, interactive: false, keyboard: false, pane: "labels" }).addTo(casm.map);
    casm.ask(longitude, latitude);
  }

  /* On a phone the sheet hides the lower half of the map: move what was asked about out from under it. */
  function keepInSight() {
    const sheet = byId("find").getBoundingClientRect();
    const frame = casm.map.getContainer().getBoundingClientRect();
    if (!here || !sheet.height || sheet.left > frame.left || sheet.top >= frame.bottom) {
      return;
    }
    const free = sheet.top - frame.top;
    const at = casm.map.latLngToContainerPoint(here.getLatLng());
    if (at.y > free - 20) {
      casm.map.panBy([0, at.y - free / 2], { animate: false });
    }
  }

  const kept = {};

  function featuresOf(name) {
    kept[name] = kept[name] || (layers[name] ? layers[name].toGeoJSON(6).features : []);
    return kept[name];
  }

  /* What each checkbox turns on and off. */
  function switches() {
    return {
      gaps: layers.gaps,
      sites: casm.data.siteClusters ? casm.siteClusters(tower) : L.layerGroup(casm.data.sites.map(siteMarker)),
      links: layers.links,
      squares: layers.squares,
      agencies: layers.agencies,
      counties: layers.counties,
      relief: layers.relief,
      cells: casm.data.cells && casm.cellLayer(),
    };
  }

  function prepareLayers() {
    const parts = switches();
    const labels = casm.prepareLabels();
    const boxes = [...document.querySelectorAll("input[data-layer]")];
    const on = new Map(boxes.map((box) => [box.dataset.layer, box]));
    const arrange = () => labels.arrange((name) => Boolean(on.get(name) && on.get(name).checked));
    const draw = () => {
      for (const [name, box] of on) {
        const layer = parts[name];
        if (layer && box.checked) {
          layer.addTo(casm.map);
        } else if (layer) {
          layer.remove();
        }
      }
      arrange();
    };
    boxes.forEach((box) => box.addEventListener("change", draw));
    casm.map.on("moveend resize casm:clusters", arrange);
    draw();
  }

  function goTo(entry) {
    if (entry.bounds) {
      const [west, south, east, north] = entry.bounds;
      casm.map.fitBounds([[south, west], [north, east]], { maxZoom: 13, animate: false });
    } else {
      casm.map.setView([entry.latitude, entry.longitude], Math.max(casm.map.getZoom(), 12), { animate: false });
    }
  }

  function list(id, entries, note, choose) {
    const items = entries.map((entry) => {
      const button = casm.panel.make("button", { className: "go", text: casm.panel.short(entry.name), type: "button" });
      if (note(entry)) {
        button.append(casm.panel.make("small", { text: note(entry) }));
      }
      button.addEventListener("click", () => { goTo(entry); choose(entry); });
      return casm.panel.make("li", {}, button);
    });
    const box = byId(id);
    box.querySelector("summary").append(` (${entries.length})`);
    box.querySelector("ul").replaceChildren(...items);
    box.hidden = !entries.length;
  }

  function prepareLists() {
    const ask = (entry) => askAt(entry.longitude, entry.latitude);
    list("list-gaps", casm.data.gaps, (gap) => `${gap.known ? "Gap" : "Not known"}: ${gap.reason.toLowerCase().replace("_", " ")}`, ask);
    list("list-places", casm.data.places, () => "", ask);
    list("list-sites", casm.data.sites, () => "", showSite);
  }

  /* On a phone the panels are sheets: one open at a time. On a wide screen both are always there. */
  function openPanel(name) {
    for (const panel of ["show", "find"]) {
      byId(panel).classList.toggle("open", panel === name);
      byId(`open-${panel}`).setAttribute("aria-expanded", String(panel === name));
    }
  }

  function preparePanels() {
    for (const name of ["show", "find"]) {
      byId(`open-${name}`).addEventListener("click", () => {
        openPanel(byId(name).classList.contains("open") ? null : name);
      });
    }
    byId("ask-centre").addEventListener("click", askCentre);
  }

  function askCentre() {
    const centre = casm.map.getCenter();
    askAt(centre.lng, centre.lat);
  }

  function prepareKeyboard() {
    const frame = casm.map.getContainer();
    frame.setAttribute("role", "application");
    frame.setAttribute("aria-label", "Map. Arrow keys move it, plus and minus zoom, Enter asks about its centre.");
    // The crosshair is for the keyboard; the mouse has its own pointer.
    const keyed = (yes) => byId("map-frame").classList.toggle("keyed", yes);
    document.addEventListener("keydown", () => keyed(true));
    document.addEventListener("pointerdown", () => keyed(false));
    frame.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === frame) {
        askCentre();
      }
    });
  }

  function say(words) {
    byId("said").textContent = words;
  }

  /* Called at the end of Folium's script with its map and layers, which are still empty. */
  function start(map, given) {
    casm.data = JSON.parse(byId("casm-data").textContent);
    casm.map = map;
    layers = given;
    casm.fillLayers(layers, casm.data.layers);
    for (const icon of document.querySelectorAll(".site-icon")) {
      icon.append(tower());
    }
    const [west, south, east, north] = casm.data.view;
    map.fitBounds([[south, west], [north, east]], { padding: [8, 8] });
    map.on("click", (event) => askAt(event.latlng.wrap().lng, event.latlng.lat));
    layers.links.on("click", showLink);
    layers.squares.on("click", showSquare);
    prepareLayers();
    prepareLists();
    preparePanels();
    prepareKeyboard();
    casm.preparePrinting();
    casm.prepareOverlays();
    document.documentElement.dataset.ready = "yes";
  }

  Object.assign(casm, { featuresOf, keepInSight, openPanel, say, start });
})(window.casm);
