// --- The strip on top: now and next ------------------------------------------------------------------

const EVENING = 18 * HOUR;
const MORNING = 8 * HOUR;
const LINES_OF_A_CARD = 4;
// With many groups, those that are named like production come first.
const PRODUCTION =
  /(?:^|[^A-Za-z]|[a-z](?=[A-Z]))(?:[Pp]rod(?:uction)?|PROD(?:UCTION)?|[Pp]rd|PRD|[Ll]ive|LIVE)(?![a-z])/;

function renderStrip() {
  const expected = shown.filter(({ isSkipped }) => !isSkipped);
  const open = between(expected, now(), now() + 1).filter((execution) => isOpen(execution, now()));
  const upcoming = expected.slice(firstFrom(expected, now()));
  const started = open.filter(({ start }) => start < now());
  const cards = [
    openCard(open),
    tonightCard(expected),
    nextCard(upcoming),
    rebootCard([...started, ...upcoming]),
    weekCard([...started, ...upcoming]),
  ];
  byId("strip").replaceChildren(...cards);
}

// --- Open now ---

function openCard(list) {
  if (!list.length)
    return card("open", "Open now", figure(isCovered() ? "Nothing" : "Unknown"), aside(nothingOpenText()));
  return card("open", "Open now", ...cardLines("Open now", list, lastEnd), ...unknownAside());
}

const isCovered = () => data.after <= now() && now() < data.complete;

function nothingOpenText() {
  if (!isCovered()) return "This calendar does not cover the current time.";
  return [isFiltered() ? "None of the shown schedules is open." : "No window is open.", ...unknownTexts()].join(" ");
}

/** The schedules whose executions are unknown can run at any time. */
const unknownTexts = () => (data.unknown ? [`Unknown for ${counted(data.unknown, "schedule")}.`] : []);
const unknownAside = () => unknownTexts().map((text) => aside(text));

/** When the last of the windows of a line closes. */
function lastEnd({ list }) {
  const last = list.toSorted((one, other) => one.end - other.end).at(-1);
  const zone = zoneFor(last);
  return timeElement(`until ${clockText(last.end, zone)}`, last.end, zone);
}

// --- Tonight ---

/** From the evening to the morning: the current night until the morning, then the next. */
function tonight() {
  const midnightBefore = midnight(today(), pageZone());
  const isBeforeMorning = wall(now(), pageZone()) % DAY < MORNING;
  const evening = midnightBefore + EVENING - (isBeforeMorning ? DAY : 0);
  return [evening, evening + DAY - EVENING + MORNING];
}

function tonightCard(expected) {
  const [from, to] = tonight();
  const zone = pageZone();
  const span = `${clockText(from, zone)}\u2013${clockText(to, zone)} ${abbreviation(from, zone)}`;
  const list = between(expected, Math.max(from, now()), to);
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
  if (!next) return noneCard("install", "Next install", installs);
  const same = upcoming.filter((execution) => execution.start === next.start && installs(execution));
  const what = aside(whatButton({ list: same, isFold: false }));
  return card("install", "Next install", ...nextMoment(next), what, ...effectAside(installs));
}

function noneCard(id, title, does) {
  const text = `Until ${momentText(minute(data.complete), pageZone())}`;
  const unknown = effectAside(does);
  return card(id, title, figure(unknown.length ? "None known" : "None"), aside(text), ...unknown);
}

/** The schedules whose executions, or whose effect, are unknown until deployment. */
function effectAside(does) {
  const effects = new Set(
    shown.filter((each) => each.schedule.isEffectUnknown && !does(each)).map(({ schedule }) => schedule),
  ).size;
  const number = data.unknown + effects;
  return number ? [aside(`Unknown for ${counted(number, "schedule")}.`)] : [];
}

function nextMoment(next) {
  const zone = zoneFor(next);
  return [
    figure(nearDateText(next.day), " ", timeElement(startText(next, zone), next.start, zone)),
    aside(distanceText(next.start)),
  ];
}

function whatButton(line) {
  return button("line plain", () => openLine(line), mark(effectOf(line.list)), whatElement(line));
}

/** When the nodes of each stack, target or place reboot next: in what is open, or in what follows. */
function rebootCard(list) {
  const groups = [...nextReboots(list)];
  if (!groups.length) return noneCard("reboot", "Next reboot", reboots);
  const rank = ([name]) => (PRODUCTION.test(name) ? 0 : 1);
  const few = groups.toSorted((one, other) => rank(one) - rank(other)).slice(0, LINES_OF_A_CARD);
  const rows = groups.filter((group) => few.includes(group)).map(([name, execution]) => rebootRow(name, execution));
  const more = groups.length - few.length;
  const link = button("link", () => select("schedules"), `${counted(more, state.group === "rollout" ? "schedule" : state.group)} more`);
  const lines = make("ul", { className: "lines" }, ...rows);
  return card("reboot", "Next reboot", lines, more ? make("p", { className: "all" }, link) : null, ...effectAside(reboots));
}

/** The first reboot of each group, in their order. */
function nextReboots(list) {
  const found = new Map();
  for (const execution of list) {
    const group = groupOf(execution.schedule);
    if (reboots(execution) && !found.has(group)) found.set(group, execution);
  }
  return found;
}

function rebootRow(name, execution) {
  const zone = zoneFor(execution);
  const isNow = execution.start < now();
  const when = isNow
    ? `Now, until ${clockText(execution.end, zone)}`
    : `${nearDateText(execution.day)} ${startText(execution, zone)}`;
  const what = make("span", { className: "what" }, isByRing(execution.schedule) ? ringTitle(execution.schedule) : name);
  const time = timeElement(when, execution.start, zone);
  return make(
    "li",
    {},
    button("line plain", () => showExecution(execution), mark(effectOf([execution])), what, time),
  );
}

// --- The next seven days ---

function weekCard(list) {
  const days = Array.from({ length: 7 }, (_, place) => today() + place);
  const lists = days.map((day) => restOfDay(list, day));
  const most = Math.max(1, ...lists.map((some) => some.filter(isCounted).length));
  const columns = days.map((day, place) => make("li", {}, weekDay(day, lists[place], most)));
  return card("week", "Next 7 days", make("ol", { className: "days" }, ...columns));
}

/** The executions that start on a day; those that are open count for today. */
function restOfDay(list, day) {
  const [from, to] = [midnight(day, pageZone()), midnight(day + 1, pageZone())];
  return list.slice(day === today() ? 0 : firstFrom(list, from), firstFrom(list, to));
}

const isCounted = (execution) => !execution.isFrozen && !isScan(execution);

function weekDay(day, list, most) {
  const counts = ["other", "rebootOnly", "install", "reboot"].map((effect) => [
    effect,
    list.filter((execution) => effectOf([execution]) === effect).length,
  ]);
  const bars = counts.flatMap(([effect, count]) => (count ? [bar(effect, count / most)] : []));
  const { weekday, date } = calendarDay(day);
  const total = list.filter(isCounted).length;
  const scans = list.some(isScan) ? make("span", { className: "scans" }) : null;
  return button(
    "column",
    () => goTo(day),
    hiddenText(`${dateText(day, { long: true })}: ${countsText(list) || "no executions"}`),
    make("span", { className: "bars", "aria-hidden": "true" }, ...bars, scans),
    make("span", { className: "number", "aria-hidden": "true" }, total ? String(total) : "\u2013"),
    make("span", { className: "name", "aria-hidden": "true" }, `${WEEKDAYS[weekday].slice(0, 2)} ${date}`),
  );
}

function bar(effect, share) {
  const element = make("span", { className: `height ${effect}` });
  element.style.setProperty("--share", share.toFixed(3));
  return element;
}
