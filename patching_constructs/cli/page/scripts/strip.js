// --- The strip on top: now and next ------------------------------------------------------------------

const EVENING = 18 * HOUR;
const MORNING = 8 * HOUR;
const LINES_OF_A_CARD = 4;
// With many groups, those that are named like production come first.
const PRODUCTION = /(?:^|[^A-Za-z]|[a-z](?=[A-Z]))(?:[Pp]rod(?:uction)?|PROD(?:UCTION)?|[Pp]rd|PRD|[Ll]ive|LIVE)(?![a-z])/;

function renderStrip() {
  const upcoming = shown.slice(firstFrom(shown, now()));
  const cards = [openCard(), tonightCard(), nextCard(upcoming), rebootCard(upcoming), weekCard()];
  byId("strip").replaceChildren(...cards);
}

function card(id, title, ...children) {
  const heading = make("h2", { id: `card-title-${id}` }, title);
  return make("section", { className: `card card-${id}`, "aria-labelledby": `card-title-${id}` }, heading, ...children);
}

const figure = (...children) => make("p", { className: "figure" }, ...children);
const aside = (...children) => make("p", { className: "aside" }, ...children);

// --- Open now ---

function openCard() {
  const list = between(shown, now(), now() + 1).filter((execution) => isOpen(execution, now()));
  if (!list.length) return card("open", "Open now", figure("Nothing"), aside("No window is open."));
  const ends = list.map((execution) => ({ execution, text: `until ${clockText(execution.end, zoneFor(execution))}` }));
  return card("open", "Open now", ...cardLines("Open now", list, ({ list: [first] }) => {
    const { execution, text } = ends.find((each) => each.execution === first);
    return timeElement(text, execution.end, zoneFor(execution));
  }));
}

// --- Tonight ---

/** From the evening to the morning: the current night until the morning, then the next. */
function tonight() {
  const zone = pageZone();
  const evening = midnight(today(), zone) + EVENING;
  const isBeforeMorning = wall(now(), zone) % DAY < MORNING;
  return isBeforeMorning ? [evening - DAY, evening - DAY + MORNING + DAY - EVENING] : [evening, evening + MORNING + DAY - EVENING];
}

function tonightCard() {
  const [from, to] = tonight();
  const zone = pageZone();
  const span = `${clockText(from, zone)}\u2013${clockText(to, zone)} ${abbreviation(from, zone)}`;
  const list = between(shown, Math.max(from, now()), to);
  if (!list.length) return card("tonight", "Tonight", figure("Nothing"), aside(span));
  return card("tonight", "Tonight", ...cardLines("Tonight", list, lineTime), aside(`${countsText(list)}, ${span}`));
}

/** The first lines of a card, and a link to all of them where there are more. */
function cardLines(title, list, timeOf) {
  const lines = linesOf(list);
  const few = lines.length > LINES_OF_A_CARD ? lines.slice(0, LINES_OF_A_CARD - 1) : lines;
  const items = few.map((line) => make("li", {}, cardLine(line, timeOf)));
  const all = button("link", () => showList(title, list), `All ${counted(list.length, "execution")}`);
  return [
    make("ul", { className: "lines" }, ...items),
    ...(few.length < lines.length ? [make("p", { className: "all" }, all)] : []),
  ];
}

function cardLine(line, timeOf) {
  const effect = effectOf(line.list);
  const what = whatElement(line, { hidden: `${effectTitle(effect)}: ` });
  return button(`line plain ${effect}`, () => openLine(line), mark(effect), what, timeOf(line));
}

// --- Next install, next reboot ---

function nextCard(upcoming) {
  const next = upcoming.find(installs);
  if (!next) return card("install", "Next install", figure("None"), aside(lastText()));
  const same = upcoming.filter((execution) => execution.start === next.start && installs(execution));
  return card("install", "Next install", ...nextMoment(next), aside(whatButton({ list: same, isFold: false })));
}

function nextMoment(next) {
  const zone = zoneFor(next);
  return [
    figure(nearDateText(next.day), " ", timeElement(clockText(next.start, zone), next.start, zone)),
    aside(distanceText(next.start)),
  ];
}

function whatButton(line) {
  return button("line plain", () => openLine(line), mark(effectOf(line.list)), whatElement(line));
}

/** When the nodes of each stack, target or place reboot next. */
function rebootCard(upcoming) {
  const next = upcoming.find(reboots);
  if (!next) return card("reboot", "Next reboot", figure("None"), aside(lastText()));
  const byGroup = new Map();
  for (const execution of upcoming) {
    if (reboots(execution) && !byGroup.has(groupOf(execution.schedule))) byGroup.set(groupOf(execution.schedule), execution);
  }
  const groups = [...byGroup];
  const production = ([name]) => (PRODUCTION.test(name) ? 0 : 1);
  const few = groups.toSorted((one, other) => production(one) - production(other)).slice(0, LINES_OF_A_CARD);
  const rows = groups.filter((group) => few.includes(group)).map(([name, execution]) => rebootRow(name, execution));
  const more = groups.length - few.length;
  const byName = ["schedules", () => select("schedules")];
  return card(
    "reboot",
    "Next reboot",
    make("ul", { className: "lines" }, ...rows),
    more ? make("p", { className: "all" }, button("link", byName[1], `${GROUP_NOUNS[state.group](more)} more`)) : null,
  );
}

const GROUP_NOUNS = {
  stack: (number) => counted(number, "stack"),
  target: (number) => counted(number, "target"),
  place: (number) => counted(number, "place"),
};

function rebootRow(name, execution) {
  const zone = zoneFor(execution);
  const time = timeElement(`${nearDateText(execution.day)} ${clockText(execution.start, zone)}`, execution.start, zone);
  return make("li", {}, button("line plain", () => showExecution(execution), mark("reboot"), make("span", { className: "what" }, name), time));
}

const lastText = () => `Until ${momentText(data.complete, pageZone())}`;

// --- The next seven days ---

function weekCard() {
  const zone = pageZone();
  const days = Array.from({ length: 7 }, (_, place) => today() + place);
  const lists = days.map((day) => between(shown, Math.max(midnight(day, zone), now()), midnight(day + 1, zone)).filter((each) => each.start >= midnight(day, zone)));
  const most = Math.max(1, ...lists.map((list) => list.filter((each) => !isScan(each)).length));
  const columns = days.map((day, place) => make("li", {}, weekDay(day, lists[place], most)));
  return card("week", "Next 7 days", make("ol", { className: "days" }, ...columns));
}

function weekDay(day, list, most) {
  const [withReboot, without] = [list.filter(reboots).length, list.filter((each) => !isScan(each) && !reboots(each)).length];
  const bars = [
    ["install", without],
    ["reboot", withReboot],
  ].flatMap(([effect, count]) => (count ? [bar(effect, count / most)] : []));
  const { weekday, date } = calendarDay(day);
  const total = withReboot + without;
  const text = `${dateText(day, { long: true })}: ${countsText(list) || "no executions"}`;
  return button(
    "column",
    () => goTo(day),
    hiddenText(text),
    make("span", { className: "bars", "aria-hidden": "true" }, ...bars, list.some(isScan) ? make("span", { className: "scans" }) : null),
    make("span", { className: "number", "aria-hidden": "true" }, total ? String(total) : "\u2013"),
    make("span", { className: "name", "aria-hidden": "true" }, `${WEEKDAYS[weekday].slice(0, 2)} ${date}`),
  );
}

function bar(effect, share) {
  const element = make("span", { className: `height ${effect}` });
  element.style.setProperty("--share", share.toFixed(3));
  return element;
}
