"use strict";
(() => {
  const rows = [...document.querySelectorAll("#table tbody tr")];
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const selects = [...form.querySelectorAll("select")];
  const count = document.getElementById("count");
  const values = new Map(rows.map((row) => [row, Object.fromEntries(
    selects.map((select) => [select.dataset.filter, new Set((row.dataset[select.dataset.filter] || "").split("\n"))]))]));

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = selects.filter((select) => select.value);
    let shown = 0;
    for (const row of rows) {
      const matches = words.every((word) => row.dataset.text.includes(word))
        && chosen.every((select) => values.get(row)[select.dataset.filter].has(select.value));
      row.hidden = !matches;
      shown += matches;
    }
    count.textContent = shown === rows.length ? `${shown} tasks` : `${shown} of ${rows.length} tasks`;
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    selects.forEach((select) => { select.querySelectorAll("[selected]").forEach((option) => option.removeAttribute("selected")); });
    setTimeout(filter);
  });
  filter();

  function open() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = row && row.querySelector("details");
    if (details) { row.hidden = false; details.open = true; row.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  open();

  const nodes = [...document.querySelectorAll(".node")];
  const edges = [...document.querySelectorAll(".edge")];
  function neighbors(start, from, to) {
    const reached = new Set([start]);
    for (const node of reached) {
      for (const edge of edges) { if (edge.dataset[from] === node) { reached.add(edge.dataset[to]); } }
    }
    return reached;
  }
  function choose(node) {
    const all = node.getAttribute("aria-pressed") === "true";
    const number = node.dataset.node;
    const kept = new Set([...neighbors(number, "from", "to"), ...neighbors(number, "to", "from")]);
    for (const other of nodes) {
      other.setAttribute("aria-pressed", String(other === node && !all));
      other.classList.toggle("faded", !all && !kept.has(other.dataset.node));
    }
    for (const edge of edges) {
      edge.classList.toggle("faded", !all && !(kept.has(edge.dataset.from) && kept.has(edge.dataset.to)));
    }
  }
  for (const node of nodes) {
    node.addEventListener("click", () => choose(node));
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(node); }
    });
  }
})();
