// --- The dialog ---------------------------------------------------------------------------------------

const dialog = byId("dialog");

function showList(title, list) {
  const items = list.map((opening) => make("li", {}, chip(opening, { back: () => showList(title, list) })));
  fillDialog(
    [title],
    null,
    make("p", { className: "words" }, counted(list.length, "opening")),
    make("ul", { className: "chips" }, ...items),
  );
}

function showOpening(opening, back = null) {
  const facts = opening.schedule.entry.querySelector("dl").cloneNode(true);
  fillDialog(
    [swatch(opening.schedule), make("span", { className: "name" }, opening.schedule.name)],
    back,
    timesOf(opening),
    ...notesOf(opening),
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

function timesOf(opening) {
  const { zone } = opening.schedule;
  const isUtc = zone.name === "UTC";
  const moments = [
    ["Opens", opening.start],
    ["Cutoff", opening.cutoff],
    ["Closes", opening.end],
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

function notesOf(opening) {
  return marksOf([opening]).map((mark) => {
    const texts = opening.notes.filter(([each]) => each === mark).map(([, text]) => make("li", {}, text));
    const { title, explanation } = data.marks[mark];
    return make(
      "section",
      { className: "note" },
      sign(mark),
      make("div", {}, make("h3", {}, title), make("p", {}, explanation), make("ul", {}, ...texts)),
    );
  });
}

