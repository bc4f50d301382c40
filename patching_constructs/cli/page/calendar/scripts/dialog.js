// --- The dialog with an execution, or with a list -----------------------------------------------------------

function showList(title, list) {
  const items = list
    .toSorted((one, other) => one.start - other.start)
    .map((execution) =>
      make("li", {}, entry({ list: [execution], isFold: false }, { back: () => showList(title, list) })),
    );
  fillDialog(
    title,
    null,
    make("p", { className: "aside" }, countsText(list)),
    make("ul", { className: "entries" }, ...items),
  );
}

function showExecution(execution, back = null) {
  const { schedule } = execution;
  const effect = effectOf([execution]);
  fillDialog(
    schedule.title,
    back,
    make("p", { className: "effect" }, mark(effect), effectTitle(effect)),
    ...resultOf(execution),
    timesOf(execution),
    ...notesOf(execution),
    factsOf(schedule),
  );
}

/** The times in the time zone of the page, in that of the schedule, and in UTC. */
function timesOf(execution) {
  const named = new Map([zoneFor(execution), zoneOf(execution.schedule.zone), UTC].map((zone) => [zone.name, zone]));
  const moments = [
    ["Start", execution.start],
    ["Cutoff", execution.cutoff],
    ["End", execution.end],
  ];
  const rows = moments.map(([name, instant]) => {
    const cells = [...named.values()].map((zone) => make("td", {}, ...momentAndOffset(instant, zone)));
    return make("tr", {}, make("th", { scope: "row" }, name), ...cells);
  });
  const heads = [...named.keys()].map((text) => make("th", { scope: "col" }, text));
  const head = make("thead", {}, make("tr", {}, make("td"), ...heads));
  return make("div", { className: "scroll" }, make("table", { className: "times" }, head, make("tbody", {}, ...rows)));
}

function momentAndOffset(instant, zone) {
  if (instant === null) return ["unknown"];
  // An abbreviation such as UTC+9 is an offset.
  const offset = abbreviation(instant, zone).startsWith("UTC") ? "" : offsetText(instant, zone);
  return [momentText(instant, zone), ...(offset ? [" ", make("small", {}, offset)] : [])];
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

const factsOf = ({ facts, place }) => factList(place ? { ...facts, "Account, Region": place } : facts);
