// Labels: a person judges replies one at a time, without strategy and score; kept in this browser until downloaded.
(() => {
  const $ = (id) => document.getElementById(`label-${id}`);
  if (!$("data")) return; // no reply of the run was judged
  const data = JSON.parse($("data").textContent);
  const replies = data.items.flatMap(({ replies, ...item }) => replies.map((one) => ({ ...item, ...one })));
  const place = `promptkit labels ${data.key}`;
  let labels = {}; // y, n or h by the id of a reply
  let lasting = true; // whether the browser keeps them when the page is closed
  let at = 0;

  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "{}");
    for (const { id } of replies) if (["y", "n", "h"].includes(kept[id])) labels[id] = kept[id];
  } catch {
    lasting = false;
  }

  function keep() {
    try {
      localStorage.setItem(place, JSON.stringify(labels));
    } catch {
      lasting = false;
    }
  }

  function show() {
    const count = Object.keys(labels).length;
    const one = replies[at];
    $("sheet").hidden = !one;
    $("back").disabled = at === 0;
    for (const button of $("keys").querySelectorAll("[data-key]")) {
      button.disabled = !one;
      button.setAttribute("aria-pressed", String(Boolean(one) && labels[one.id] === button.dataset.key));
    }
    const where = one ? `Reply ${at + 1} of ${replies.length}` : "All replies were shown";
    $("progress").textContent = `${where} · ${count} labelled${lasting ? "" : " · kept until this page is closed"}`;
    $("download").disabled = count === 0;
    if (!one) return;
    $("question").textContent = one.question;
    $("target").textContent = one.target;
    $("target").closest("p").hidden = !one.target;
    $("reply").textContent = one.reply || "(nothing)";
  }

  function move(to) {
    at = Math.max(0, Math.min(replies.length, to));
    show();
    $("progress").scrollIntoView({ block: "nearest" }); // the beginning, also after a long reply
  }

  function press(key) {
    const one = replies[at];
    if (!one || !"ynhs".includes(key)) return;
    if (key !== "s") {
      labels[one.id] = key;
      keep();
    }
    move(at + 1);
  }

  function download() {
    const rows = replies.filter(({ id }) => labels[id]).map(({ id }) => `${id},${labels[id]}\r\n`);
    const address = URL.createObjectURL(new Blob(["id,label\r\n", ...rows], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href: address, download: "labels.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  $("start").addEventListener("click", () => {
    $("start").hidden = true;
    $("desk").hidden = false;
    const first = replies.findIndex(({ id }) => !labels[id]);
    move(first < 0 ? replies.length : first);
    $("desk").focus();
  });
  $("desk").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.key.length !== 1) return;
    press(event.key.toLowerCase());
  });
  for (const button of $("keys").querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => { press(button.dataset.key); $("desk").focus({ preventScroll: true }); });
  }
  $("back").addEventListener("click", () => { move(at - 1); $("desk").focus({ preventScroll: true }); });
  $("download").addEventListener("click", download);
  document.getElementById("label").hidden = false;
})();
