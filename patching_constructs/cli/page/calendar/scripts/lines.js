// --- Lines: the executions of a day ------------------------------------------------------------------

const LONGEST_WHOLE = 24;

/**
 * The lines of executions, in the order of their wall times. Executions with one start and one effect share a line, which
 * names all their targets. Two or more scans are folded into one last line; nothing else is ever folded.
 */
function linesOf(list) {
  const ordered = list.toSorted((one, other) => one.wall - other.wall);
  const others = grouped(
    ordered.filter((execution) => !isScan(execution)),
    ({ wall, start, schedule, isFrozen, result }) =>
      [wall, start, schedule.effect, schedule.operation, isFrozen, result?.kind].join(),
  );
  const scans = ordered.filter(isScan);
  const lines = [...others.values()].map((each) => ({ list: each, isFold: false }));
  return scans.length ? [...lines, { list: scans, isFold: scans.length > 1 }] : lines;
}

function lineTitle({ list, isFold }) {
  if (isFold) return `${list.length.toLocaleString("en")} scans`;
  return `${listed(list.map(({ schedule }) => schedule.target))} \u00b7 ${list[0].schedule.operation}`;
}

/** The title of a line as an element: a target stays whole, unless it is longer than a line. */
function whatElement(line, { hidden = "", hasOperation = true } = {}) {
  const before = hidden ? [hiddenText(hidden)] : [];
  if (line.isFold) return make("span", { className: "what" }, ...before, lineTitle(line));
  const targets = [...new Set(line.list.map(({ schedule }) => schedule.target))];
  const parts = targets.flatMap((target, place) => [place ? ", " : "", whole(target)]);
  const operation = hasOperation ? [" ", whole(`\u00b7 ${line.list[0].schedule.operation}`)] : [];
  return make("span", { className: "what" }, ...before, ...parts, ...operation);
}

const whole = (text) => make("span", { className: text.length <= LONGEST_WHOLE ? "whole" : "" }, text);

function lineTime({ list, isFold }) {
  const [first, last] = [list[0], list.at(-1)];
  const zone = zoneFor(first);
  const start = startText(first, zone);
  const isRange = isFold && first.start !== last.start;
  // The scans of several time zones have no common first time.
  if (isRange && new Set(list.map(zoneFor)).size > 1) return null;
  return timeElement(isRange ? `from ${start}` : start, first.start, zone);
}

const effectOf = ([{ schedule, isFrozen }]) => (isFrozen ? "frozen" : schedule.effect);
const effectTitle = (effect) => (effect === "frozen" ? "Suppressed by a freeze" : data.effects[effect].title);

function openLine({ list, isFold }, back = null) {
  if (list.length === 1) showExecution(list[0], back);
  else showList(`${lineTitle({ list, isFold })}, ${dateText(list[0].day, { long: true })}`, list);
}

/** A line as a button, for a day of the month. */
function lineButton(line, { tabIndex = 0 } = {}) {
  const effect = effectOf(line.list);
  const element = button(
    `line ${effect}${pastClass(line.list)}`,
    () => openLine(line),
    mark(effect),
    hiddenText(`${effectTitle(effect)}: `),
    lineTime(line),
    " ",
    whatElement(line),
    " ",
    signsOf(line.list),
  );
  return Object.assign(element, { tabIndex, title: line.list.length === 1 ? executionText(line.list[0]) : "" });
}

// --- Bundles: the lines of a day with many ---

/** The lines of a day by what happens: an operation is named once, with its zone, and then every time and target. */
function bundles(lines, options) {
  const groups = grouped(lines, (line) =>
    [effectOf(line.list), line.list[0].schedule.operation, lineZone(line), line.isFold, pastClass(line.list)].join("\n"),
  );
  return [...groups.values()].flatMap((group) =>
    group.length > 1 ? [bundle(group, options)] : group.map((line) => lineButton(line, options)),
  );
}

const lineZone = ({ list: [first] }) => abbreviation(first.start, zoneFor(first));

function bundle(lines, options) {
  const effect = effectOf(lines[0].list);
  const text = `${lines.flatMap(({ list }) => list).length} \u00d7 ${lines[0].list[0].schedule.operation} `;
  const zone = make("small", { title: zoneTitle(zoneFor(lines[0].list[0])) }, lineZone(lines[0]));
  const items = lines.map((line) => make("li", {}, bundleItem(line, options)));
  return make(
    "div",
    {
      className: `bundle ${effect}${pastClass(lines.flatMap(({ list }) => list))}`,
      role: "group",
      "aria-label": `${effectTitle(effect)}: ${text}${lineZone(lines[0])}`,
    },
    make("p", { "aria-hidden": "true" }, mark(effect), text, zone),
    make("ul", {}, ...items),
  );
}

function bundleItem(line, { tabIndex }) {
  const [first] = line.list;
  const element = button(
    `item${pastClass(line.list)}`,
    () => openLine(line),
    make("span", { className: "time" }, startText(first, zoneFor(first))),
    " ",
    whatElement(line, { hasOperation: false }),
    ...(hasSigns(line.list) ? [" ", signsOf(line.list)] : []),
  );
  return Object.assign(element, { tabIndex, title: line.list.length === 1 ? executionText(first) : "" });
}

/** A line as an entry of a list that has more space. */
function entry(line, { back = null } = {}) {
  const { list, isFold } = line;
  const effect = effectOf(list);
  return button(
    `entry ${effect}${pastClass(list)}`,
    () => openLine(line, back),
    mark(effect),
    make("span", { className: "when" }, list.length === 1 ? entryTime(list[0]) : lineTime(line)),
    whatElement(line, { hidden: `${effectTitle(effect)}: ` }),
    make("span", { className: "where" }, isFold ? listed(list.map(({ schedule }) => schedule.stack)) : whereText(list)),
    signsOf(list),
  );
}

const whereText = (list) => listed(list.map(({ schedule }) => schedule.label));

function entryTime(execution) {
  const zone = zoneFor(execution);
  const until = execution.end === null ? "" : `\u2013${clockText(execution.end, zone)}`;
  return timeElement(`${startText(execution, zone)}${until}`, execution.start, zone);
}

const entries = (list) =>
  make("ul", { className: "entries" }, ...linesOf(list).map((line) => make("li", {}, entry(line))));
