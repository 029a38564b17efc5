"use strict";

/* A class on a map: clusters of what is in view, counted by the server each time the map comes to rest. */
(function () {
  const data = JSON.parse(document.getElementById("class-map-data").textContent);
  const said = document.getElementById("class-map-said");
  const map = L.map("class-map", { attributionControl: false, minZoom: 3, maxZoom: 17, worldCopyJump: false });
  const marks = L.layerGroup().addTo(map);
  const NEAREST = 15;
  let asked = 0;

  L.control.scale().addTo(map);
  L.geoJSON(data.outlines, { interactive: false, style: { color: "#8a8577", weight: 1, fill: false } }).addTo(map);

  // Names are set as text: a record's name is never read as markup.
  function listOf(members, rest) {
    const list = document.createElement("ul");
    list.className = "line-list";
    for (const member of members) {
      const link = document.createElement("a");
      link.href = member.href;
      link.textContent = member.title;
      list.appendChild(document.createElement("li")).appendChild(link);
    }
    if (rest > 0) { list.appendChild(document.createElement("li")).textContent = "and " + rest + " more here; see the table"; }
    return list;
  }

  function sizeOf(count) { return count === 1 ? "one" : count < 10 ? "few" : count < 100 ? "some" : "many"; }

  function draw(cluster) {
    const words = cluster.count === 1 && cluster.members.length ? cluster.members[0].title : cluster.count.toLocaleString("en") + " records";
    const figure = document.createElement("span");
    figure.textContent = cluster.count === 1 ? "" : cluster.count.toLocaleString("en");
    const icon = L.divIcon({ html: figure, className: "cluster cluster-" + sizeOf(cluster.count), iconSize: null });
    const mark = L.marker([cluster.latitude, cluster.longitude], { icon: icon, alt: words, title: words, keyboard: true });
    if (cluster.members.length || map.getZoom() >= NEAREST) {
      mark.bindPopup(() => listOf(cluster.members, cluster.count - cluster.members.length));
    } else {
      mark.on("click keypress", (event) => {
        if (event.type === "click" || event.originalEvent.key === "Enter") { map.setView(mark.getLatLng(), Math.min(map.getZoom() + 2, 17)); }
      });
    }
    mark.addTo(marks);
    const element = mark.getElement();
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", words);
  }

  async function fill() {
    const mine = ++asked;
    const box = map.getBounds().pad(0.1);
    const address = new URL(data.clusters, location.href);
    address.searchParams.set("window", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((one) => one.toFixed(5)).join(","));
    address.searchParams.set("zoom", String(Math.round(map.getZoom())));
    let told;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) { throw new Error(String(answer.status)); }
      told = await answer.json();
    } catch (_error) {
      if (mine === asked) { said.textContent = "The records could not be fetched. Load the page again, or see the table."; }
      return;
    }
    if (mine !== asked) { return; }
    marks.clearLayers();
    told.clusters.forEach(draw);
    const count = told.clusters.reduce((sum, one) => sum + one.count, 0);
    said.textContent = count.toLocaleString("en") + (count === 1 ? " record" : " records") + " in view.";
  }

  map.on("moveend", fill);
  map.fitBounds(data.bounds);
})();
