/* The panel that says why: every word set as text, so that nothing stored in a record can run. */
"use strict";
window.casm = window.casm || {};

(function (casm) {
  const MARKS = { yes: "✓", no: "✗", unknown: "?" };
  const SPOKEN = { yes: "Holds:", no: "Fails:", unknown: "Not known:" };

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

  function show(...nodes) {
    const why = document.getElementById("why");
    why.replaceChildren(...nodes);
    why.closest(".panel").scrollTop = 0;
    casm.openPanel("find");
    casm.keepInSight();
  }

  function position(longitude, latitude) {
    const side = (value, plus, minus) => `${Math.abs(value).toFixed(4)}° ${value < 0 ? minus : plus}`;
    return `${side(latitude, "N", "S")}, ${side(longitude, "E", "W")}`;
  }

  function facts(list) {
    const definitions = make("dl");
    for (const [label, value] of list) {
      definitions.append(make("dt", { text: label }), make("dd", { text: value }));
    }
    return definitions;
  }

  function waiting(longitude, latitude) {
    show(make("h2", { text: "Why here?" }), make("p", { className: "where", text: position(longitude, latitude) }), make("p", { text: "Asking…" }));
  }

  function failed(longitude, latitude, message) {
    show(make("h2", { text: "Why here?" }), make("p", { className: "where", text: position(longitude, latitude) }), make("p", { text: message }));
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
      const list = make("ul");
      list.append(...answer.coverage.map((line) => make("li", { text: line })));
      nodes.push(list);
    }
    show(...nodes);
  }

  function gapNodes(gap) {
    return [
      make("h3", { text: gap.known ? "Gap" : "Not known whether the need is met" }),
      make("p", { text: gap.sentence }),
      facts(gap.facts),
    ];
  }

  function pairNode(pair, open) {
    const node = make("details", { className: "pair" });
    node.open = open || pair.chosen;
    const heading = make("summary", { text: `${pair.a} and ${pair.b}` });
    heading.append(make("span", { className: "answer", text: pair.here }));
    node.append(heading);
    const list = make("ul");
    for (const method of pair.methods) {
      list.append(methodNode(method));
    }
    node.append(pair.methods.length ? list : make("p", { text: "No means of talking is on record." }));
    return node;
  }

  function methodNode(method) {
    const item = make("li");
    const mark = make("span", { className: "mark", text: `${MARKS[method.state] || "?"} `, "aria-hidden": "true" });
    item.append(mark, `${SPOKEN[method.state] || SPOKEN.unknown} ${method.sentence}`);
    const said = method.reasons.filter((reason) => !method.sentence.includes(reason));
    if (said.length) {
      const reasons = make("ul");
      reasons.append(...said.map((reason) => make("li", { text: reason })));
      item.append(reasons);
    }
    return item;
  }

  casm.panel = { failed, make, place, record, waiting };
})(window.casm);
