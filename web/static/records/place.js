"use strict";

/* global casmPickPlace */
/* The small map of a record: its place, county lines and the sites around it. Nothing is fetched. */
(function () {
  const holder = document.getElementById("place-map");
  const picking = document.getElementById("pick-place");
  if (picking) { picking.hidden = false; }
  const data = JSON.parse(document.getElementById("place-data").textContent);
  const map = L.map(holder, { attributionControl: false, zoomSnap: 0.25, minZoom: 4, maxZoom: 16, scrollWheelZoom: Boolean(picking) });
  L.control.scale().addTo(map);
  map.fitBounds(data.bounds);

  // Names are set as text: a record's name is never read as markup.
  function nameOf(feature, kind) {
    const name = document.createElement("span");
    name.textContent = feature.properties.name;
    return { content: name, options: { permanent: true, direction: "top", offset: [0, -8], className: kind } };
  }

  function named(kind) {
    return function (feature, layer) {
      const name = nameOf(feature, kind);
      layer.bindTooltip(name.content, name.options);
    };
  }

  function dot(options) {
    return (_feature, place) => L.circleMarker(place, options);
  }

  L.geoJSON(data.outlines, { interactive: false, style: { color: "#8a8577", weight: 1, fill: false } }).addTo(map);
  L.geoJSON(data.sites, {
    pointToLayer: dot({ radius: 4, color: "#4a5660", weight: 1, fillColor: "#ffffff", fillOpacity: 1 }),
    onEachFeature: (feature, layer) => layer.bindTooltip(nameOf(feature, "").content),
  }).addTo(map);
  L.geoJSON(data.own, {
    style: (feature) => (feature.geometry.type === "Point" ? {} : { color: "#0b5a8f", weight: 3, fillOpacity: 0.12 }),
    pointToLayer: dot({ interactive: !picking, radius: 7, color: "#ffffff", weight: 2, fillColor: "#b3420f", fillOpacity: 1 }),
    onEachFeature: (feature, layer) => {
      if (feature.geometry.type === "Point") { named("place-name")(feature, layer); }
    },
  }).addTo(map);
  if (picking) { casmPickPlace(map); }
})();
