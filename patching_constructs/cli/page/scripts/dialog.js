// --- The dialog --------------------------------------------------------------------------------------

const dialog = byId("dialog");

function showList(title, list) {
  const items = list.map((execution) => make("li", {}, chip(execution, { back: () => showList(title, list) })));
  fillDialog(
    [title],
    null,
    make("p", { className: "words" }, counted(list.length, "execution")),
    make("ul", { className: "chips" }, ...items),
  );
}

function showExecution(execution, back = null) {
  const facts = execution.schedule.entry.querySelector("dl").cloneNode(true);
  fillDialog(
    [swatch(execution.schedule), make("span", { className: "name" }, execution.schedule.name)],
    back,
    timesOf(execution),
    ...notesOf(execution),
    facts,
  );
}

function fillDialog(title, back, ...body) {
  byId("dialog-title").replaceChildren(...title);
  byId("dialog-body").replaceChildren(...body);
  byId("return").hidden = !back;
  byId("return").onclick = back;
  if (!dialog.open) dialog.showModal();
  byId("dialog-body").scrollTop = 0;
  byId("dialog-title").focus();
}

function timesOf(execution) {
  const { zone } = execution.schedule;
  const isUtc = zone.name === "UTC";
  const moments = [
    ["Start", execution.start],
    ["Cutoff", execution.cutoff],
    ["End", execution.end],
  ];
  const rows = moments.map(([name, instant]) => {
    const local = [momentText(instant, zone), " ", make("small", {}, isUtc ? "" : offsetText(instant, zone))];
    const utc = isUtc ? [] : [make("td", {}, momentText(instant, { offsets: [[0, 0]] }))];
    return make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, ...local), ...utc);
  });
  const heads = ["", zone.name, ...(isUtc ? [] : ["UTC"])].map((text) =>
    make(text ? "th" : "td", text ? { scope: "col" } : {}, text),
  );
  return make("table", { className: "times" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
}

function notesOf(execution) {
  return kindsOf([execution]).map((kind) => {
    const texts = execution.notes.filter(([each]) => each === kind).map(([, text]) => make("li", {}, text));
    const { title, explanation } = data.kinds[kind];
    return make(
      "section",
      { className: "note" },
      sign(kind),
      make("div", {}, make("h3", {}, title), make("p", {}, explanation), make("ul", {}, ...texts)),
    );
  });
}

