/* Grids of cell classes that came with the page: unpacking, and looking one cell up. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const NO_DATA = 255;
  const NO_ANSWER = 0xffff;

  /* Base64 of runs (class, then count in groups of seven bits, lowest first) to one byte a cell. */
  function unpack(packed, size) {
    const bytes = atob(packed);
    const cells = new Uint8Array(size);
    let filled = 0;
    let at = 0;
    while (at < bytes.length) {
      const value = bytes.charCodeAt(at++);
      let count = 0;
      let shift = 0;
      let group;
      do {
        group = bytes.charCodeAt(at++);
        count += (group & 0x7f) * 2 ** shift;
        shift += 7;
      } while (group & 0x80);
      cells.fill(value, filled, filled + count);
      filled += count;
    }
    if (filled !== size) {
      throw new Error(`a grid of ${size} cells holds ${filled}`);
    }
    return cells;
  }

  /* The byte of the cell at a position, or null outside the grid. */
  function byteAt(grid, longitude, latitude) {
    const [west, south, east, north] = grid.bounds;
    if (longitude < west || longitude >= east || latitude <= south || latitude > north) {
      return null;
    }
    if (typeof grid.cells === "string") {
      grid.cells = unpack(grid.cells, grid.rows * grid.cols);
    }
    const row = Math.min(grid.rows - 1, Math.floor(((north - latitude) / (north - south)) * grid.rows));
    const col = Math.min(grid.cols - 1, Math.floor(((longitude - west) / (east - west)) * grid.cols));
    return grid.cells[row * grid.cols + col];
  }

  /* The class at a position, or null outside the grid and where there is no data. */
  function classAt(grid, longitude, latitude) {
    const value = byteAt(grid, longitude, latitude);
    return value === NO_DATA ? null : value;
  }

  /* The number a cell has in two grids of its low and high bytes, or null where it has none. */
  function numberAt(low, high, longitude, latitude) {
    const number = byteAt(low, longitude, latitude) + 256 * byteAt(high, longitude, latitude);
    return byteAt(low, longitude, latitude) === null || number === NO_ANSWER ? null : number;
  }

  /* Whether a position lies in a GeoJSON polygon or multipolygon (even-odd rule). */
  function inArea(geometry, longitude, latitude) {
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    return parts.some((rings) => rings.reduce((inside, ring) => inside !== inRing(ring, longitude, latitude), false));
  }

  function inRing(ring, x, y) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i];
      const [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) {
        inside = !inside;
      }
    }
    return inside;
  }

  casm.grid = { classAt, inArea, numberAt };
})(window.casm);
