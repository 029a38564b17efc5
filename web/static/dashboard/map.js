"use strict";

/* The map of a dashboard: outlines shaded by freshness, and sites gathered by square. Nothing is fetched. */
(function () {
  const holder = document.getElementById("dashboard-map");
  const data = JSON.parse(document.getElementById("dashboard-map-data").textContent);
  const shades = ["#b3420f", "#e39a4f", "#f2d77c", "#6aa67f", "#1f6a3c"];
  const map = L.map(holder, { attributionControl: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 13, scrollWheelZoom: false });
  L.control.scale().addTo(map);
  map.fitBounds(data.bounds);

  function colourOf(shade) {
    return shade === null ? "#ffffff" : shades[shade];
  }

  // Names are set as text: a record's name is never read as markup.
  function words(text) {
    const holds = document.createElement("span");
    holds.textContent = text;
    return holds;
  }

  L.geoJSON(data.outlines, {
    style: (feature) => (feature.properties.own
      ? { color: "#12324a", weight: 2, fill: false, interactive: false }
      : { color: "#4a5660", weight: 1, fillColor: colourOf(feature.properties.shade), fillOpacity: 0.8 }),
    onEachFeature: (feature, layer) => {
      if (!feature.properties.own) { layer.bindTooltip(words(feature.properties.name), { sticky: true }); }
    },
  }).addTo(map);

  for (const one of data.clusters) {
    const side = Math.round(18 + 6 * Math.log10(one.count) * 2);
    const number = words(String(one.count));
    number.className = "cluster cluster-" + (one.shade === null ? "nothing" : one.shade);
    number.style.width = number.style.height = side + "px";
    L.marker(one.at, {
      icon: L.divIcon({ html: number, className: "", iconSize: [side, side] }), keyboard: false, alt: one.name,
    }).bindTooltip(words(one.name)).addTo(map);
  }
})();
