/* The map on one sheet of paper: redrawn at its size there, with what its legend and figures say beside it. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const byId = (id) => document.getElementById(id);
  const part = (name) => document.querySelector(`#print-sheet [data-print=${name}]`);
  const THEMES = {
    ground: () => document.querySelector("input[name=theme]:checked").closest("label").textContent.trim(),
    coverage: () => `Where ${chosen("system")} reaches`,
    pair: () => `${chosen("agency-a")} and ${chosen("agency-b")}`,
  };
  let seen = null;

  function chosen(id) {
    const option = byId(id).selectedOptions[0];
    return option ? option.textContent : "";
  }

  function theme() {
    return document.querySelector("input[name=theme]:checked").value;
  }

  function answer() {
    if (theme() === "coverage" && byId("subscriber")) {
      return `Subscriber: ${chosen("subscriber")}. Direction: ${chosen("direction")}.`;
    }
    return theme() === "pair" ? byId("pair-answer").textContent : "";
  }

  /* The legends of what is on: copies of those in the panel, so that they are the same. */
  function legends() {
    const blocks = [];
    const raster = byId(`legend-${theme()}`);
    if (raster) {
      blocks.push(block(raster.querySelector("h2").textContent, raster.querySelector("ul").cloneNode(true)));
    }
    for (const box of document.querySelectorAll("input[data-layer]:checked")) {
      const own = box.closest("label");
      const list = own.nextElementSibling;
      if (list && list.matches("ul.legend")) {
        blocks.push(block(own.textContent.trim(), list.cloneNode(true)));
      } else if (own.querySelector("svg")) {
        const row = casm.panel.make("li", {}, own.querySelector(".swatch, .site-icon").cloneNode(true), own.textContent.trim());
        blocks.push(block("", casm.panel.make("ul", {}, row)));
      }
    }
    return blocks;
  }

  function block(heading, list) {
    const made = casm.panel.make("div", { className: "legend" });
    if (heading) {
      made.append(casm.panel.make("h3", { text: heading }));
    }
    list.classList.remove("legend");
    made.append(list);
    return made;
  }

  /* What the head of the page says of all results together, a line for each of its entries. */
  function asOf() {
    return [...document.querySelectorAll(".as-of dt")].map((term) => {
      const values = [];
      for (let next = term.nextElementSibling; next && next.matches("dd"); next = next.nextElementSibling) {
        values.push(next.textContent);
      }
      return `${term.textContent}: ${values.join("; ")}`;
    });
  }

  function now() {
    return `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
  }

  function fill() {
    part("shown").textContent = THEMES[theme()]();
    part("answer").textContent = answer();
    part("legend").replaceChildren(...legends());
    part("printed").textContent = now();
    const own = [...byId("made").querySelectorAll("li")].map((line) => line.textContent);
    part("made").replaceChildren(...(own.length ? own : asOf()).map((text) => casm.panel.make("li", { text })));
  }

  /* Nothing is cut off at the sheet's edge: what has no room is counted. */
  function keepToTheSheet() {
    const sheet = byId("print-sheet");
    const lines = part("made");
    let left = 0;
    const note = casm.panel.make("li");
    while (sheet.scrollHeight > sheet.clientHeight && lines.children.length > (left ? 2 : 1)) {
      (left ? note.previousElementSibling : lines.lastElementChild).remove();
      left += 1;
      note.textContent = `and ${left} more, on the page itself`;
      lines.append(note);
    }
  }

  function begin() {
    const tables = byId("tables");
    if (!casm.map || seen || (tables && getComputedStyle(tables).display !== "none")) {
      return;
    }
    seen = { bounds: casm.map.getBounds(), centre: casm.map.getCenter(), zoom: casm.map.getZoom() };
    fill();
    document.documentElement.classList.add("for-print");
    keepToTheSheet();
    casm.map.invalidateSize({ animate: false, pan: false });
    casm.map.fitBounds(seen.bounds, { animate: false });
  }

  function end() {
    if (!seen) {
      return;
    }
    document.documentElement.classList.remove("for-print");
    casm.map.invalidateSize({ animate: false, pan: false });
    casm.map.setView(seen.centre, seen.zoom, { animate: false });
    seen = null;
  }

  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  casm.preparePrinting = () => byId("print-map").addEventListener("click", () => window.print());
})(window.casm);
