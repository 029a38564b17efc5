/* What the map's layers are filled with: features, and outlines that came as short text (web/maps/outlines.py). */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const STEPS_A_DEGREE = 100000;
  const FIRST_CHARACTER = 63;
  const MORE = 0x20;

  /* A closed ring of [longitude, latitude] from the differences between its points. */
  function ring(packed) {
    const points = [];
    const here = [0, 0];
    let at = 0;
    while (at < packed.length) {
      for (const axis of [0, 1]) {
        let number = 0;
        let scale = 1;
        let group;
        do {
          group = packed.charCodeAt(at++) - FIRST_CHARACTER;
          number += (group & (MORE - 1)) * scale;
          scale *= MORE;
        } while (group & MORE);
        here[axis] += number % 2 ? -(number + 1) / 2 : number / 2;
      }
      points.push(here.map((steps) => steps / STEPS_A_DEGREE));
    }
    return points;
  }

  function feature(outline) {
    const coordinates = outline.polygons.map((rings) => rings.map(ring));
    return {
      type: "Feature", id: outline.id, properties: { name: outline.name }, geometry: { type: "MultiPolygon", coordinates },
    };
  }

  /* Fills Folium's layers with what came with the page (web/maps/layer_data.py). */
  function fillLayers(layers, given) {
    for (const [name, filling] of Object.entries(given)) {
      const { outlines, features } = filling.from ? given[filling.from] : filling;
      layers[name].options.style = (drawn) => filling.styles[drawn.properties.style || 0];
      layers[name].addData({ type: "FeatureCollection", features: features || outlines.map(feature) });
    }
  }

  Object.assign(casm, { fillLayers, ring });
})(window.casm);
