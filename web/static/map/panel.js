/* The panel that says why: every word set as text, so that nothing stored in a record can run. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const MARKS = { yes: "✓", no: "✗", unknown: "?" };
  const SPOKEN = { yes: "Holds:", no: "Fails:", unknown: "Not known:" };

  // In the order of the map's classes: 0 served, 1 uncertain, 2 not served.
  const CLASSES = ["Served, 95 % or better", "Uncertain, 50 to 95 %", "Not served, under 50 %"];

  /* An element with text, classes and children. */
  function make(tag, options, ...children) {
    const element = document.createElement(tag);
    const { text, className, ...attributes } = options || {};
    if (text !== undefined) {
      element.textContent = text;
    }
    if (className) {
      element.className = className;
    }
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  /* A name without the word that head and foot of the page already say of everything on it. */
  function short(name) {
    return casm.data.exercise ? name.replace(/^EXERCISE[\s:-]+/, "") : name;
  }

  /* The same for every name within a sentence. */
  function plain(sentence) {
    return casm.data.exercise ? sentence.replaceAll("EXERCISE ", "") : sentence;
  }

  function show(...nodes) {
    fill(nodes);
    casm.openPanel("find");
    casm.keepInSight();
  }

  function fill(nodes) {
    const why = document.getElementById("why");
    why.replaceChildren(...nodes);
    why.closest(".panel").scrollTop = 0;
  }

  function position(longitude, latitude) {
    const side = (value, plus, minus) => `${Math.abs(value).toFixed(4)}° ${value < 0 ? minus : plus}`;
    return `${side(latitude, "N", "S")}, ${side(longitude, "E", "W")}`;
  }

  function facts(list) {
    const definitions = make("dl");
    for (const [label, value] of list) {
      definitions.append(make("dt", { text: label }), make("dd", { text: plain(value) }));
    }
    return definitions;
  }

  function waiting(longitude, latitude) {
    show(make("h2", { text: "Why here?" }), make("p", { className: "where", text: position(longitude, latitude) }), make("p", { text: "Asking…" }));
  }

  function failed(longitude, latitude, message) {
    fill([make("h2", { text: "Why here?" }), make("p", { className: "where", text: position(longitude, latitude) }), make("p", { text: message })]);
  }

  /* One thing with its facts: a site or a link. */
  function record(heading, list, after) {
    show(make("h2", { text: heading }), facts(list), ...(after || []));
  }

  /* The answer for a place: gaps there, who can talk to whom, which systems reach it. */
  function place(answer) {
    const nodes = [make("h2", { text: answer.heading }), make("p", { className: "where", text: position(answer.longitude, answer.latitude) })];
    for (const gap of answer.gaps) {
      nodes.push(...gapNodes(gap));
    }
    for (const note of answer.notes) {
      nodes.push(make("p", { text: note }));
    }
    if (answer.pairs.length) {
      nodes.push(make("h3", { text: "Who can talk to whom here" }));
      nodes.push(...answer.pairs.map((pair) => pairNode(pair, answer.pairs.length === 1)));
    }
    if (answer.coverage.length) {
      nodes.push(make("h3", { text: "Which radio systems reach this place" }));
      nodes.push(...CLASSES.flatMap((words, number) => classNodes(words, answer.coverage.filter((entry) => entry.class === number))));
    }
    if (answer.awaited) {
      // On a phone the asker may have closed the sheet while the server was thinking; then it stays closed.
      fill(nodes);
      casm.keepInSight();
    } else {
      show(...nodes);
    }
  }

  function classNodes(words, entries) {
    if (!entries.length) {
      return [];
    }
    const list = make("ul");
    list.append(...entries.map((entry) => make("li", { text: [short(entry.label), entry.words].filter(Boolean).join(", ") })));
    if (words !== CLASSES[2]) {
      return [make("p", { className: "served", text: `${words}:` }), list];
    }
    // The longest list and the least wanted: one line until it is asked for.
    return [make("details", {}, make("summary", { text: `${words} (${entries.length})` }), list)];
  }

  function gapNodes(gap) {
    return [
      make("h3", { text: gap.known ? "Gap" : "Not known whether the need is met" }),
      make("p", { text: plain(gap.sentence) }),
      facts(gap.facts),
    ];
  }

  function pairNode(pair, open) {
    const node = make("details", { className: "pair" });
    node.open = open || pair.chosen;
    const badge = make("span", { className: "badge", "aria-hidden": "true" });
    badge.append(make("span", { className: `swatch-level-${pair.proven}` }), make("span", { className: `swatch-level-${pair.possible}` }));
    const heading = make("summary", {}, badge, pair.members.map(short).join(" and "));
    heading.append(make("span", { className: "answer", text: pair.here }));
    node.append(heading, make("p", { text: plain(pair.sentence) }), make("p", { className: "where", text: pair.whole }));
    if (pair.methods.length) {
      const list = make("ul", { className: "methods" });
      list.append(...pair.methods.map(methodNode));
      node.append(make("details", {}, make("summary", { text: `Every means considered (${pair.methods.length})` }), list));
    }
    return node;
  }

  function methodNode(method) {
    const mark = make("span", { className: "mark", text: `${MARKS[method.state] || "?"} `, "aria-hidden": "true" });
    return make("li", {}, mark, `${SPOKEN[method.state] || SPOKEN.unknown} ${plain(method.sentence)}`);
  }

  casm.panel = { failed, make, place, record, short, waiting };
})(window.casm);
