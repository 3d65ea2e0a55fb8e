"use strict";
// The matrix of items: sorts, filters and pages rows of the data island; opens transcripts. No library, no network.
(() => {
  const PAGE = 50; // rows shown at a time: the page stays quick with any number of items
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const state = { section: 0, search: "", strategy: "", outcome: "", disagree: false, sort: 0, down: false, page: 0 };
  let rows = []; // those of the section that pass the filter, in the order shown
  let open = 0; // which of them the reader shows

  const prepared = data.sections.map(({ title, model, strategies, rows }) => ({
    title, model, strategies,
    rows: rows.map(([number, item, question, cells]) => {
      const outcomes = cells.split(",");
      const shares = outcomes.map((cell) => cell && [...cell].filter((letter) => letter === "c").length / cell.length);
      return { number, item, question, outcomes, shares, found: `${item} ${question}`.toLowerCase() };
    }),
  }));
  const section = () => prepared[state.section];

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  const sum = (shares) => shares.reduce((total, share) => total + (share || 0), 0);
  const keys = (column) => column === 0 ? (row) => row.number
    : column === 1 ? (row) => sum(row.shares)
    : (row) => row.outcomes[column - 2] === "" ? -1 : row.shares[column - 2];

  function passes(row) {
    if (state.search && !row.found.includes(state.search)) return false;
    if (state.disagree && new Set(row.shares.filter((share) => share !== "")).size < 2) return false;
    const cells = state.strategy === "" ? row.outcomes : [row.outcomes[state.strategy]];
    return state.outcome === "" || cells.some((cell) => cell.includes(state.outcome));
  }

  function refresh() {
    const key = keys(state.sort);
    const sign = state.down ? -1 : 1;
    rows = section().rows.filter(passes).sort((a, b) => sign * (key(a) - key(b)) || a.number - b.number);
    state.page = 0;
    draw();
  }

  function draw() {
    const { strategies } = section();
    const first = state.page * PAGE;
    const shown = rows.slice(first, first + PAGE);
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    $("cells").replaceChildren(
      element("thead", {}, element("tr", {}, header("item", 0), header("right", 1),
        ...strategies.map((name, i) => header(name, i + 2, i + 1)))),
      element("tbody", {}, ...shown.map((row, i) => line(row, first + i))),
    );
    $("count").textContent = `${rows.length.toLocaleString()} of ${section().rows.length.toLocaleString()} items`;
    $("where").textContent = `${state.page + 1} of ${pages}`;
    $("pager").hidden = pages === 1;
    $("back").disabled = state.page === 0;
    $("forth").disabled = state.page === pages - 1;
  }

  function header(label, column, number) {
    const sorted = state.sort === column;
    const button = element("button", { type: "button", title: `Sort by ${label}`, ariaLabel: label });
    if (number) button.append(element("span", { className: "number", textContent: number }), " ");
    button.append(element("bdi", { textContent: label }), sorted ? (state.down ? " ▼" : " ▲") : "");
    button.addEventListener("click", () => {
      state.down = sorted ? !state.down : column > 0;
      state.sort = column;
      refresh();
      $("cells").querySelectorAll("thead button")[column].focus();
    });
    const cell = element("th", { scope: "col", className: number ? "arm" : "" }, button);
    cell.setAttribute("aria-sort", sorted ? (state.down ? "descending" : "ascending") : "none");
    return cell;
  }

  function line(row, position) {
    const right = sum(row.shares);
    const name = element("th", { scope: "row" }, element("bdi", { textContent: row.item }),
      element("span", { className: "question", dir: "auto", textContent: row.question }));
    return element("tr", {}, name, element("td", { className: "n", textContent: +right.toFixed(1) }),
      ...row.outcomes.map((cell, i) => element("td", {}, ...(cell ? [mark(row, position, cell, i)] : []))));
  }

  function mark(row, position, cell, i) {
    const strategy = section().strategies[i];
    const [outcome, sign] = data.outcomes[cell[0]];
    const same = [...cell].every((letter) => letter === cell[0]);
    const right = [...cell].filter((letter) => letter === "c").length;
    const said = cell.length === 1 ? outcome : `${right} of ${cell.length} right`;
    const look = {
      className: `mark ${same ? outcome : "mixed"}`,
      textContent: cell.length === 1 ? sign : `${right}/${cell.length}`,
      title: said,
    };
    const link = data.pages.length > 0;
    const made = element(link ? "a" : "button", look);
    made.setAttribute("aria-label", `${row.item}, ${strategy}: ${said}`);
    if (link) made.href = `${data.pages[block(row.number)]}#i${row.number}`;
    else made.addEventListener("click", () => show(position, strategy));
    return made;
  }

  function block(number) {
    let found = 0;
    while (found + 1 < data.starts.length && data.starts[found + 1] <= number) found += 1;
    return found;
  }

  async function unpacked(index) {
    const packed = Uint8Array.from(atob($(`b${index}`).textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
  }

  async function show(position, strategy) {
    open = position;
    const { number } = rows[position];
    $("before").disabled = position === 0;
    $("after").disabled = position === rows.length - 1;
    if (!$("reader").open) $("reader").showModal();
    if (!("DecompressionStream" in window)) {
      $("transcript").textContent = "This browser can't unpack transcripts; use one from 2023 or later.";
      return;
    }
    const html = await unpacked(block(number));
    if (open !== position) return; // another one was asked for meanwhile
    const holder = element("template", { innerHTML: html }); // escaped when it was written
    $("transcript").replaceChildren(holder.content.getElementById(`i${number}`));
    for (const attempt of $("transcript").querySelectorAll(".attempt")) {
      attempt.hidden = attempt.dataset.model !== section().model;
      attempt.open = attempt.dataset.strategy === strategy;
      if (attempt.open) $("reader").dataset.strategy = strategy;
    }
    $("transcript").focus();
    $("transcript").querySelector(".attempt[open]")?.scrollIntoView({ block: "nearest" });
  }

  const step = (by) => show(open + by, $("reader").dataset.strategy);
  $("before").addEventListener("click", () => step(-1));
  $("after").addEventListener("click", () => step(1));
  $("close").addEventListener("click", () => $("reader").close());
  for (const [id, by] of [["back", -1], ["forth", 1]]) {
    $(id).addEventListener("click", () => { state.page += by; draw(); });
  }

  function options(id, entries) {
    $(id).replaceChildren(...entries.map(([value, textContent]) => element("option", { value, textContent })));
  }

  function choose(index) {
    Object.assign(state, { section: index, strategy: "", sort: 0, down: false });
    options("strategy", [["", "any"], ...section().strategies.map((name, i) => [i, `${i + 1} ${name}`])]);
    refresh();
  }

  options("section", prepared.map(({ title }, i) => [i, title]));
  options("outcome", [["", "any"], ...Object.entries(data.outcomes).map(([letter, [name]]) => [letter, name])]);
  $("section").addEventListener("change", (event) => choose(+event.target.value));
  $("search").addEventListener("input", (event) => { state.search = event.target.value.toLowerCase(); refresh(); });
  $("strategy").addEventListener("change", (event) => { state.strategy = event.target.value; refresh(); });
  $("outcome").addEventListener("change", (event) => { state.outcome = event.target.value; refresh(); });
  $("disagree").addEventListener("change", (event) => { state.disagree = event.target.checked; refresh(); });
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("controls").hidden = false;
  choose(0);
})();
