/* An area drawn on a map of counties: each click sets a corner, and the corners stand in the text field as well. */
"use strict";

(function () {
  const place = document.getElementById("draw");
  const field = document.getElementById("corners");
  const drawn = document.querySelector("input[name=where][value=drawn]");
  const layers = [...document.querySelectorAll("#where input[name=where]")];
  let map = null;
  let shape = null;

  function corners() {
    const lines = field.value.split("\n").map((line) => line.trim().split(/[\s,]+/).map(Number));
    return lines.filter((pair) => pair.length === 2 && pair.every(Number.isFinite) && Math.abs(pair[1]) <= 90);
  }

  function redraw() {
    if (shape) {
      shape.remove();
    }
    const points = corners().map(([longitude, latitude]) => [latitude, longitude]);
    const dots = points.map((point) => L.circleMarker(point, { radius: 5, color: "#8d1d12", weight: 2, fillOpacity: 1, interactive: false }));
    shape = L.featureGroup([L.polygon(points, { color: "#8d1d12", weight: 2, interactive: false }), ...dots]).addTo(map);
  }

  function write(points) {
    field.value = points.map(([longitude, latitude]) => `${longitude.toFixed(4)} ${latitude.toFixed(4)}`).join("\n");
    redraw();
  }

  function button(words, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button-plain";
    made.textContent = words;
    made.addEventListener("click", action);
    return made;
  }

  async function open() {
    place.hidden = !drawn.checked;
    if (place.hidden || map) {
      return;
    }
    map = L.map(place, { attributionControl: false, zoomSnap: 0.25 }).setView([39, -96], 4);
    place.setAttribute("aria-label", "Map of counties; each click sets a corner of the area");
    map.on("click", (event) => write([...corners(), [event.latlng.lng, event.latlng.lat]]));
    field.addEventListener("input", redraw);
    const line = document.createElement("div");
    line.className = "buttons draw-buttons";
    line.append(button("Take the last corner back", () => write(corners().slice(0, -1))), button("Begin anew", () => write([])));
    place.after(line);
    redraw();
    const answer = await fetch(place.dataset.outlines);
    if (!answer.ok) {
      return;
    }
    const given = await answer.json();
    const counties = L.geoJSON(given, { interactive: false, style: { color: "#1d2b36", weight: 1.2, opacity: 0.6, fillColor: "#ffffff", fillOpacity: 0.6, dashArray: "7 3 1 3" } }).addTo(map);
    const sites = L.featureGroup(given.sites.map(([longitude, latitude]) => L.circleMarker([latitude, longitude], { radius: 4, color: "#12324a", weight: 1, fillColor: "#12324a", fillOpacity: 0.9, interactive: false }))).addTo(map);
    const look = shape.getLayers().length > 1 ? shape : given.sites.length ? sites : counties;
    if (look.getBounds().isValid()) {
      map.fitBounds(look.getBounds(), { maxZoom: 11, padding: [20, 20], animate: false });
    }
    place.dataset.ready = "yes";
  }

  layers.forEach((input) => input.addEventListener("change", open));
  open();
})();
