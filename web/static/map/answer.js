/* The answer for one place: from our own server where there is one, else from the grids that came with the page. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  /* Names and gaps of a place, which the page always knows. */
  function local(longitude, latitude) {
    const within = (layer) => casm.featuresOf(layer).filter((feature) => casm.grid.inArea(feature.geometry, longitude, latitude));
    const county = within("counties")[0];
    const state = within("land")[0];
    const names = [county && county.properties.name, state && state.properties.name].filter(Boolean);
    const gapIds = new Set(within("gaps").map((feature) => feature.id));
    return {
      heading: names.join(", ") || "Why here?",
      longitude,
      latitude,
      gaps: casm.data.gaps.filter((gap) => gapIds.has(gap.id)),
      notes: [],
      pairs: [],
      coverage: [],
    };
  }

  function fromGrids(longitude, latitude) {
    const answer = local(longitude, latitude);
    const { grids, pairs, coverages } = casm.data.click;
    for (const pair of pairs) {
      const number = casm.grid.numberAt(grids[pair.low], grids[pair.high], longitude, latitude);
      if (number !== null) {
        const found = pair.answers[number];
        answer.pairs.push({ ...found, methods: found.methods.map((method) => pair.methods[method]) });
      }
    }
    for (const coverage of coverages) {
      const found = casm.grid.classAt(grids[coverage.classes], longitude, latitude);
      if (found !== null) {
        answer.coverage.push({ label: coverage.label, class: found, words: "" });
      }
    }
    return answer;
  }

  async function fromServer(longitude, latitude) {
    const query = new URLSearchParams({ lon: longitude.toFixed(6), lat: latitude.toFixed(6) });
    const response = await fetch(`${casm.data.explainAddress}?${query}`, { headers: { Accept: "application/json" } });
    const said = await response.json();
    if (!response.ok) {
      throw new Error(said.detail || "The server could not answer.");
    }
    return { ...local(longitude, latitude), ...said, awaited: true };
  }

  /* Ask about a place and show the answer; a later question overtakes an earlier one. */
  let asked = 0;
  async function ask(longitude, latitude) {
    const question = ++asked;
    if (casm.data.click) {
      finish(fromGrids(longitude, latitude));
      return;
    }
    casm.panel.waiting(longitude, latitude);
    try {
      const answer = await fromServer(longitude, latitude);
      if (question === asked) {
        finish(answer);
      }
    } catch (error) {
      if (question === asked) {
        casm.panel.failed(longitude, latitude, `No answer: ${error.message}`);
      }
    }
  }

  const members = (entry) => [...entry.members].sort().join("|");

  function finish(answer) {
    const chosen = casm.chosenPair();
    for (const pair of answer.pairs) {
      pair.chosen = chosen !== null && pair.id === chosen.id;
    }
    // First the pair that was chosen, then those that a gap here is about, then the best off.
    const lacking = new Set(answer.gaps.map((gap) => members(gap)));
    const rank = (pair) => Number(pair.chosen) * 1000 + Number(lacking.has(members(pair))) * 100 + pair.proven * 10 + pair.possible;
    answer.pairs.sort((first, second) => rank(second) - rank(first));
    if (!answer.pairs.length && !answer.coverage.length && !answer.gaps.length) {
      answer.notes.push("Nothing has been computed for this place: it lies outside the terrain or outside every place judged. That is no data, not a no.");
    }
    casm.panel.place(answer);
  }

  casm.ask = ask;
})(window.casm);
