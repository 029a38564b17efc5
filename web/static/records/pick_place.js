"use strict";

/* A position picked on a form's map: by a click, or with the keyboard under the cross in the middle. */
window.casmPickPlace = function (map) {
  const latitude = document.getElementById("field-latitude");
  const longitude = document.getElementById("field-longitude");
  const other = document.getElementById("field-coordinates");
  const datum = document.getElementById("field-datum");
  const said = document.getElementById("pick-said");
  const plain = /^\s*[+-]?\d{1,3}(\.\d+)?\s*$/;
  const METRES_PER_PIXEL = 156543.03392;
  let marker = null;

  function show(place) {
    if (marker) { marker.setLatLng(place); return; }
    marker = L.circleMarker(place, { radius: 8, color: "#ffffff", weight: 3, fillColor: "#0b5a8f", fillOpacity: 1, interactive: false });
    marker.addTo(map);
  }

  function take(place) {
    const where = place.wrap();
    latitude.value = where.lat.toFixed(5);
    longitude.value = where.lng.toFixed(5);
    if (other) { other.value = ""; }
    if (datum) { datum.value = "WGS84"; }
    show(where);
    const metres = METRES_PER_PIXEL * Math.cos(where.lat * Math.PI / 180) / Math.pow(2, map.getZoom());
    const good = metres < 1000 ? Math.ceil(metres) + " m" : Math.ceil(metres / 1000) + " km";
    said.textContent = latitude.value + ", " + longitude.value + " taken: one dot of this map is " + good + ".";
  }

  function followTyped() {
    if (!plain.test(latitude.value) || !plain.test(longitude.value)) { return; }
    const place = L.latLng(Number(latitude.value), Number(longitude.value));
    if (Math.abs(place.lat) > 90 || Math.abs(place.lng) > 180) { return; }
    show(place);
    if (!map.getBounds().contains(place)) { map.panTo(place); }
  }

  map.on("click", (event) => take(event.latlng));
  document.getElementById("pick-middle").addEventListener("click", () => take(map.getCenter()));
  latitude.addEventListener("change", followTyped);
  longitude.addEventListener("change", followTyped);
};
