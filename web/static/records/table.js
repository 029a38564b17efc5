// Keys of a table of records: move among its cells, open, edit and tick. The table works without them.
"use strict";

(() => {
  const table = document.querySelector(".records-table");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const cellsOf = (row) => [...row.cells].filter((cell) => !cell.classList.contains("tick"));
  let row = 0;
  let column = 0;

  function focusCell(toRow, toColumn) {
    row = Math.min(Math.max(toRow, 0), rows.length - 1);
    const cells = cellsOf(rows[row]);
    column = Math.min(Math.max(toColumn, 0), cells.length - 1);
    for (const old of table.querySelectorAll("[tabindex='0']")) old.tabIndex = -1;
    cells[column].tabIndex = 0;
    cells[column].focus();
    cells[column].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function editCell(cell) {
    const address = cell.closest("tr").dataset.edit;
    if (!address || !cell.dataset.field) return;
    const query = new URLSearchParams({ only: cell.dataset.field, back: location.search });
    location.assign(`${address}?${query}`);
  }

  rows.forEach((one) => cellsOf(one).forEach((cell) => { cell.tabIndex = -1; }));
  const marked = location.hash.startsWith("#row-") ? rows.findIndex((one) => `#${one.id}` === location.hash) : -1;
  // A browser that goes to the address' row takes the focus away from whatever has it before.
  if (marked >= 0) window.addEventListener("load", () => setTimeout(() => focusCell(marked, 0)));
  else if (rows.length) cellsOf(rows[0])[0].tabIndex = 0;

  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td, th");
    const at = cell ? rows.indexOf(cell.parentElement) : -1;
    if (at < 0 || cell.classList.contains("tick")) return;
    row = at;
    column = cellsOf(rows[at]).indexOf(cell);
  });

  const moves = {
    ArrowDown: [1, 0], j: [1, 0], ArrowUp: [-1, 0], k: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1],
  };
  table.tBodies[0].addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = moves[event.key];
    const here = rows[row];
    if (move) focusCell(row + move[0], column + move[1]);
    else if (event.key === "Home") focusCell(row, 0);
    else if (event.key === "End") focusCell(row, here.cells.length);
    else if (event.key === "Enter" && event.target.matches("td, th")) here.querySelector("th a").click();
    else if (event.key === "e" && here.dataset.edit) location.assign(here.dataset.edit);
    else if (event.key === "F2") editCell(cellsOf(here)[column]);
    else if (event.key === "x") here.querySelector("input[name=row]")?.click();
    else return;
    event.preventDefault();
  });
  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td, th");
    if (cell) editCell(cell);
  });

  const head = table.querySelector("thead .tick");
  if (head) {
    const every = document.createElement("input");
    every.type = "checkbox";
    every.setAttribute("aria-label", "Choose all on this page");
    every.addEventListener("change", () => {
      for (const box of table.querySelectorAll("input[name=row]")) box.checked = every.checked;
    });
    head.replaceChildren(every);
  }
  const keys = document.querySelector(".keys");
  if (keys) keys.hidden = false;
})();
