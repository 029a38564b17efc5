/* Sites that are too many to be drawn one by one: counted by the server each time the map comes to rest. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const NEAREST = 15;

  function siteClusters(tower) {
    const given = casm.data.siteClusters;
    const group = L.layerGroup();
    const said = document.getElementById("clusters-said");
    let asked = 0;

    function wordsOf(cluster) {
      return cluster.count === 1 && cluster.members.length ? `Site ${casm.panel.short(cluster.members[0].title)}` : `${cluster.count.toLocaleString("en")} sites`;
    }

    /* Names are set as text: a record's name is never read as markup. */
    function tell(cluster) {
      const items = cluster.members.map((member) => {
        const name = casm.panel.short(member.title);
        const item = casm.panel.make("li", given.records ? {} : { text: name });
        if (given.records) {
          item.append(casm.panel.make("a", { text: name, href: `${given.records}/${member.id}` }));
        }
        return item;
      });
      const rest = cluster.count - cluster.members.length;
      if (rest > 0) {
        items.push(casm.panel.make("li", { text: `and ${rest.toLocaleString("en")} more here` }));
      }
      casm.panel.record(wordsOf(cluster), [], [casm.panel.make("ul", {}, ...items)]);
    }

    function draw(cluster) {
      const words = wordsOf(cluster);
      const one = cluster.count === 1;
      const html = one ? casm.panel.make("span", { className: "casm-site" }, tower()) : casm.panel.make("span", { className: "site-cluster", text: cluster.count.toLocaleString("en") });
      const side = one ? 22 : 22 + 6 * String(cluster.count).length;
      const icon = L.divIcon({ className: "", html, iconSize: [side, side] });
      const mark = L.marker([cluster.latitude, cluster.longitude], { icon, alt: words, title: words });
      const nearer = () => casm.map.setView(mark.getLatLng(), Math.min(casm.map.getZoom() + 2, casm.map.getMaxZoom()), { animate: false });
      mark.on("click", () => (cluster.members.length || casm.map.getZoom() >= NEAREST ? tell(cluster) : nearer()));
      mark.on("add", () => mark.getElement().setAttribute("aria-label", words));
      mark.addTo(group);
    }

    async function fill() {
      const mine = ++asked;
      if (!casm.map.hasLayer(group)) {
        return;
      }
      const box = casm.map.getBounds().pad(0.1);
      const address = new URL(given.address, location.href);
      address.searchParams.set("window", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((edge) => edge.toFixed(5)).join(","));
      address.searchParams.set("zoom", String(Math.round(casm.map.getZoom())));
      let told;
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        told = await answer.json();
      } catch (_error) {
        if (mine === asked) {
          said.textContent = "The sites could not be fetched; load the page again.";
        }
        return;
      }
      if (mine === asked) {
        group.clearLayers();
        told.clusters.forEach(draw);
        casm.shownClusters = told.clusters;
        casm.map.fire("casm:clusters");
        const count = told.clusters.reduce((sum, cluster) => sum + cluster.count, 0);
        said.textContent = `${count.toLocaleString("en")} in view.`;
        document.documentElement.dataset.clusters = String(told.clusters.length);
      }
    }

    casm.map.on("moveend", fill);
    group.on("add", fill);
    return group;
  }

  casm.siteClusters = siteClusters;
})(window.casm);
