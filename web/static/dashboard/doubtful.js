"use strict";

/* The counts of what is doubtful, where there are too many records to count them with the dashboard itself. */
(function () {
  const holder = document.getElementById("doubtful-figures");
  if (!holder || !holder.dataset.from) return;
  const said = holder.querySelector("[role=status]");
  said.textContent = "Counting …";
  fetch(holder.dataset.from, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
    .then((page) => {
      const found = new DOMParser().parseFromString(page, "text/html").getElementById("doubtful-figures");
      holder.replaceWith(document.importNode(found, true));
    })
    .catch(() => { said.textContent = "They could not be counted now."; });
})();
