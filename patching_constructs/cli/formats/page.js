// Draws the month and the timeline from the data in the page. Nothing is fetched, nothing is stored, and text only
// ever becomes text: a name in a template may hold anything.

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const CHIPS_OF_A_DAY = 4;
const ENTRIES_OF_A_DAY = 8;
const SMALLEST_BAR = 6;
const SMALLEST_HATCHED = 12;
const WIDTH_OF_SIGN = 13;

const byId = (id) => document.getElementById(id);

// --- Data ---------------------------------------------------------------------------------------------

const data = JSON.parse(byId("data").textContent);
const axis = data.zones[data.axis];
const entries = [...document.querySelectorAll("[data-schedule]")];

const schedules = data.schedules.map((schedule, place) => ({
  ...schedule,
  place,
  zone: data.zones[schedule.zone],
  // The golden angle keeps neighbours far apart, however many there are.
  hue: (255 + place * 137.508) % 360,
  entry: entries[place],
  box: entries[place].querySelector("input"),
  text: entries[place].textContent.toLowerCase(),
}));

const openings = data.openings.map(([place, start, ...notes]) => {
  const schedule = schedules[place];
  const end = start + schedule.duration;
  return {
    schedule,
    start,
    end,
    cutoff: end - schedule.cutoff,
    wall: wall(start, schedule.zone),
    day: localDay(start, schedule.zone),
    notes: notes.map((note) => data.notes[note]),
  };
});

const firstDay = Math.min(...data.zones.map((zone) => localDay(data.after, zone)));
const lastDay = Math.max(...data.zones.map((zone) => localDay(Math.max(data.until - 1, data.after), zone)));
const state = { view: "month", scale: "week", day: openings[0]?.day ?? firstDay };
let shown = openings;

// --- Clocks and calendars: days are numbered from 1970, wall times are seconds as if they were UTC -------

function offsetAt(instant, zone) {
  return zone.offsets.findLast(([from]) => from <= instant)?.[1] ?? zone.offsets[0][1];
}

function wall(instant, zone) {
  return instant + offsetAt(instant, zone);
}

function localDay(instant, zone) {
  return Math.floor(wall(instant, zone) / DAY);
}

/** The instant of a day's midnight on the axis of the timeline. */
function midnight(day) {
  const guess = day * DAY - offsetAt(day * DAY, axis);
  return day * DAY - offsetAt(guess, axis);
}

function calendarDay(day) {
  const date = new Date(day * DAY * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    date: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7,
  };
}

const clamped = (day) => Math.min(Math.max(day, firstDay), lastDay);

/** The first day of a month that many months away. */
function addMonths(day, count) {
  const { year, month } = calendarDay(day);
  return Date.UTC(year, month + count) / DAY / 1000;
}

/** The same day of another month, or the last that it has. */
function sameDate(day, months) {
  return Math.min(addMonths(day, months) + calendarDay(day).date, addMonths(day, months + 1)) - 1;
}

// --- Words --------------------------------------------------------------------------------------------

function clockText(instant, zone) {
  const text = new Date(wall(instant, zone) * 1000).toISOString().slice(11, 19);
  return text.endsWith(":00") ? text.slice(0, 5) : text;
}

function dateText(day, { long = false, weekday = true } = {}) {
  const { year, month, date, weekday: number } = calendarDay(day);
  const cut = (name) => (long ? name : name.slice(0, 3));
  return `${weekday ? `${cut(WEEKDAYS[number])} ` : ""}${date} ${cut(MONTHS[month])} ${year}`;
}

function momentText(instant, zone) {
  return `${dateText(localDay(instant, zone))}, ${clockText(instant, zone)}`;
}

function offsetText(instant, zone) {
  const minutes = Math.abs(offsetAt(instant, zone)) / 60;
  const padded = (number) => String(Math.floor(number)).padStart(2, "0");
  return `UTC${offsetAt(instant, zone) < 0 ? "\u2212" : "+"}${padded(minutes / 60)}:${padded(minutes % 60)}`;
}

const monthText = (day) => `${MONTHS[calendarDay(day).month]} ${calendarDay(day).year}`;
const rangeText = (from, to) => `${dateText(from, { weekday: false })} \u2013 ${dateText(to, { weekday: false })}`;
const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const startText = (opening) => clockText(opening.start, opening.schedule.zone);
const endText = (opening) => clockText(opening.end, opening.schedule.zone);
const marksOf = (list) => [...new Set(list.flatMap((opening) => opening.notes.map(([mark]) => mark)))];
const marksText = (list) =>
  marksOf(list)
    .map((mark) => `, ${data.marks[mark].title.toLowerCase()}`)
    .join("");

function openingText(opening) {
  const { name, zone } = opening.schedule;
  return `${name}, ${dateText(opening.day)}, ${startText(opening)} to ${endText(opening)} ${zone.name}${marksText([opening])}`;
}

// --- Elements -----------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function tinted(element, schedule) {
  element.style.setProperty("--hue", schedule.hue.toFixed(1));
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

function sign(mark) {
  const { title } = data.marks[mark];
  return make(
    "span",
    { className: `sign ${mark}`, title },
    icon(mark),
    make("span", { className: "hidden" }, title.toLowerCase()),
  );
}

function signs(marks) {
  return make("span", { className: "signs" }, ...marks.flatMap((mark) => [sign(mark), " "]));
}

function swatch(schedule) {
  return tinted(make("span", { className: "swatch", "aria-hidden": "true" }, schedule.initials), schedule);
}

/** What installs nothing is drawn as an outline. */
function classes(name, schedule) {
  return schedule.harmless ? `${name} harmless` : name;
}

/** An opening as a button; the style sheet shows more of it where there is room. */
function chip(opening, { tabIndex = 0, back = null } = {}) {
  const { schedule } = opening;
  const button = make(
    "button",
    {
      type: "button",
      className: classes("chip", schedule),
      tabIndex,
      title: openingText(opening),
      onclick: () => showOpening(opening, back),
    },
    swatch(schedule),
    make(
      "span",
      { className: "time" },
      startText(opening),
      make("span", { className: "until" }, `\u2013${endText(opening)}`),
    ),
    " ",
    make("span", { className: "name" }, schedule.short),
    " ",
    make("span", { className: "words" }, `${schedule.operation} \u00b7 ${schedule.zone.name}`),
    " ",
    signs(marksOf([opening])),
  );
  return tinted(button, schedule);
}

function chips(list, most, { tabIndex = 0, title }) {
  const few = list.length > most ? list.slice(0, most - 1) : list;
  const items = few.map((opening) => make("li", {}, chip(opening, { tabIndex })));
  if (few.length < list.length) {
    const more = { type: "button", className: "link more", tabIndex, onclick: () => showList(title, list) };
    const others = list.slice(few.length);
    items.push(
      make("li", {}, make("button", more, `+${others.length.toLocaleString("en")} more `, signs(marksOf(others)))),
    );
  }
  return make("ul", { className: "chips" }, ...items);
}

// --- The month ----------------------------------------------------------------------------------------

const agenda = matchMedia("(max-width: 44rem)");
let byDay = new Map();

function renderMonth(seen) {
  const [first, next] = units.month.span(state.day);
  byDay = Map.groupBy(
    seen.toSorted((one, other) => one.wall - other.wall),
    (opening) => opening.day,
  );
  byId("month").replaceChildren(agenda.matches ? agendaOf(first) : gridOf(first, next));
}

function gridOf(first, next) {
  const heads = WEEKDAYS.map((day) =>
    make("div", { role: "columnheader" }, make("abbr", { title: day }, day.slice(0, 3))),
  );
  const grid = make("div", { role: "grid", className: "grid", "aria-label": monthText(first), onkeydown: moveInGrid });
  grid.append(make("div", { role: "row", className: "week heads" }, ...heads));
  for (let monday = first - calendarDay(first).weekday; monday < next; monday += 7) {
    const days = WEEKDAYS.map((_, place) => monday + place);
    const cells = days.map((day) =>
      day < first || day >= next ? make("div", { role: "gridcell", className: "day blank" }) : cellOf(day),
    );
    grid.append(make("div", { role: "row", className: "week" }, ...cells));
  }
  return grid;
}

function cellOf(day) {
  const list = byDay.get(day) ?? [];
  const outside = day !== clamped(day);
  const title = dateText(day, { long: true });
  const tabIndex = day === state.day ? 0 : -1;
  const cell = make("div", {
    role: "gridcell",
    className: outside ? "day outside" : "day",
    "data-day": day,
    tabIndex,
    "aria-label": `${title}, ${outside ? "outside the range of this page" : counted(list.length, "opening")}`,
  });
  cell.append(make("span", { className: "date", "aria-hidden": "true" }, String(calendarDay(day).date)));
  if (list.length) cell.append(chips(list, CHIPS_OF_A_DAY, { tabIndex, title }));
  return cell;
}

function agendaOf(first) {
  const items = [...byDay].map(([day, list]) => {
    const title = dateText(day, { long: true });
    return make("li", {}, make("h3", {}, title), chips(list, ENTRIES_OF_A_DAY, { title }));
  });
  return make("ol", { className: "agenda", "aria-label": monthText(first) }, ...items);
}

function moveInGrid(event) {
  const cell = event.target.closest("[data-day]");
  if (!cell) return;
  const day = Number(cell.dataset.day);
  const { weekday } = calendarDay(day);
  const goals = {
    ArrowLeft: day - 1,
    ArrowRight: day + 1,
    ArrowUp: day - 7,
    ArrowDown: day + 7,
    Home: day - weekday,
    End: day + 6 - weekday,
    PageUp: sameDate(day, -1),
    PageDown: sameDate(day, 1),
  };
  if (event.key in goals) focusDay(goals[event.key]);
  else if (event.target === cell && [" ", "Enter"].includes(event.key)) showDay(day);
  else return;
  event.preventDefault();
}

function focusDay(day) {
  state.day = clamped(day);
  render();
  document.querySelector(`[data-day="${state.day}"]`).focus();
}

function showDay(day) {
  if (byDay.has(day)) showList(dateText(day, { long: true }), byDay.get(day));
}

// --- The timeline -------------------------------------------------------------------------------------

const filler = new IntersectionObserver(
  (seen) => seen.filter((each) => each.isIntersecting).forEach((each) => fill(each.target)),
  { rootMargin: "600px" },
);
const bars = new WeakMap();

function renderTimeline(seen) {
  const [from, to] = unit().span(state.day).map(midnight);
  const rows = [...Map.groupBy(seen, (opening) => opening.schedule)].sort(([one], [other]) => one.place - other.place);
  const ticks = make("div", { className: "ticks", "aria-hidden": "true" });
  const lines = make("div", { className: "lines", "aria-hidden": "true" });
  const list = make(
    "ol",
    { className: "rows", onkeydown: moveInTimeline },
    ...rows.map(([schedule]) => rowOf(schedule)),
  );
  filler.disconnect();
  byId("timeline").replaceChildren(
    timelineKey(),
    make("div", { className: "axis" }, ticks),
    make("div", { className: "field" }, lines, list),
  );
  const scale = { from, to, width: ticks.clientWidth };
  drawTicks(scale, ticks, lines);
  rows.forEach(([, mine], place) => {
    bars.set(list.children[place], { scale, list: mine });
    filler.observe(list.children[place]);
  });
}

function timelineKey() {
  const sample = make("span", { className: "sample", "aria-hidden": "true" });
  return make(
    "p",
    { className: "timeline-key" },
    sample,
    make("span", {}, "after the cutoff: no new task starts"),
    make("span", {}, `axis in ${axis.name}`),
  );
}

function rowOf(schedule) {
  const title = make(
    "span",
    { className: "title" },
    make("span", { className: "name", title: schedule.name }, schedule.short),
  );
  if (data.zones.length > 1) title.append(make("span", { className: "words" }, schedule.zone.name));
  const label = make("div", { className: "label" }, swatch(schedule), title);
  return tinted(
    make(
      "li",
      { className: "row" },
      label,
      make("div", { className: "track", role: "group", "aria-label": schedule.name }),
    ),
    schedule,
  );
}

/** Rows get their bars when they come near to the reader's eyes. */
function fill(row) {
  const known = bars.get(row);
  if (!known) return;
  bars.delete(row);
  filler.unobserve(row);
  row
    .querySelector(".track")
    .append(...boxesOf(known.list, known.scale).map((box, place) => barOf(box, known.scale, place)));
}

/** Lay openings side by side; where there is no room for each, several share a box. */
function boxesOf(list, { from, to, width }) {
  const boxes = [];
  const pixels = (instant) => ((Math.min(Math.max(instant, from), to) - from) / (to - from)) * width;
  for (const opening of list) {
    const left = Math.min(pixels(opening.start), width - SMALLEST_BAR);
    const right = Math.max(pixels(opening.end), left + SMALLEST_BAR);
    const last = boxes.at(-1);
    if (last && left < last.right - 0.5) {
      last.list.push(opening);
      last.right = Math.max(last.right, right);
    } else boxes.push({ left, right, list: [opening] });
  }
  return boxes;
}

function barOf(box, scale, place) {
  const [opening] = box.list;
  const many = box.list.length > 1;
  const name = many ? listText(box.list) : openingText(opening);
  const className = classes(many ? "bar many" : "bar", opening.schedule);
  const bar = make("button", { type: "button", className, "aria-label": name, title: name, tabIndex: place ? -1 : 0 });
  bar.onclick = () => (many ? showList(opening.schedule.name, box.list) : showOpening(opening));
  const width = box.right - box.left;
  bar.style.left = `${(box.left / scale.width) * 100}%`;
  bar.style.width = `${(width / scale.width) * 100}%`;
  if (!many && width >= SMALLEST_HATCHED) bar.style.setProperty("--cutoff", cutoffShare(opening, scale));
  const text = many ? `${box.list.length}\u00d7` : startText(opening);
  if (width > 12 + 8 * text.length) bar.append(make("span", { className: "time" }, text));
  const marks = marksOf(box.list).slice(0, Math.max(1, width / WIDTH_OF_SIGN));
  if (marks.length) bar.append(signs(marks));
  return bar;
}

function listText(list) {
  const [first, last] = [list[0].day, list.at(-1).day];
  const days = first === last ? dateText(first) : `${dateText(first)} to ${dateText(last)}`;
  return `${list[0].schedule.name}, ${counted(list.length, "opening")}, ${days}${marksText(list)}`;
}

/** How much of the bar that is in sight belongs to the cutoff. */
function cutoffShare(opening, { from, to }) {
  const [start, end] = [Math.max(opening.start, from), Math.min(opening.end, to)];
  return `${(Math.max(0, end - Math.max(opening.cutoff, start)) / (end - start)) * 100}%`;
}

function drawTicks(scale, ticks, lines) {
  for (const [instant, text] of tickTexts(scale)) {
    const left = `${((instant - scale.from) / (scale.to - scale.from)) * 100}%`;
    ticks.append(Object.assign(make("span", {}, text), { style: `left: ${left}` }));
    lines.append(Object.assign(make("span", {}), { style: `left: ${left}` }));
  }
}

function tickTexts({ from, to, width }) {
  const days = Math.round((to - from) / DAY);
  const first = localDay(from, axis);
  if (days <= 1) return hourTicks(from, to, width);
  if (days <= 62) return dayTicks(first, days, width / days);
  return monthTicks(first, first + days, (width / days) * 30);
}

function hourTicks(from, to, width) {
  const step = (width > 560 ? 2 : 6) * HOUR;
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, place) => [
    from + place * step,
    clockText(from + place * step, axis),
  ]);
}

function dayTicks(first, count, width) {
  const step = Math.ceil(26 / width);
  const days = Array.from({ length: Math.ceil(count / step) }, (_, place) => first + place * step);
  return days.map((day) => {
    const { date, month, weekday } = calendarDay(day);
    const text =
      width >= 46
        ? `${WEEKDAYS[weekday].slice(0, 3)} ${date}`
        : date === 1 && width * step > 44
          ? `1 ${MONTHS[month].slice(0, 3)}`
          : String(date);
    return [midnight(day), text];
  });
}

function monthTicks(first, end, width) {
  const step = Math.ceil(58 / width);
  const ticks = [];
  for (let day = addMonths(first, 0); day < end; day = addMonths(day, step)) {
    if (day >= first)
      ticks.push([midnight(day), `${MONTHS[calendarDay(day).month].slice(0, 3)} ${calendarDay(day).year}`]);
  }
  return ticks;
}

function moveInTimeline(event) {
  const row = event.target.closest(".row");
  const near = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const goal = near
    ? event.target.parentElement.children[[...event.target.parentElement.children].indexOf(event.target) + near]
    : event.key === "ArrowUp"
      ? barNear(row.previousElementSibling, event.target)
      : event.key === "ArrowDown"
        ? barNear(row.nextElementSibling, event.target)
        : null;
  if (goal === null) return;
  event.preventDefault();
  if (goal) focusBar(goal);
}

function barNear(row, bar) {
  if (!row) return undefined;
  fill(row);
  const distance = (each) => Math.abs(parseFloat(each.style.left) - parseFloat(bar.style.left));
  return [...row.querySelectorAll(".bar")].sort((one, other) => distance(one) - distance(other))[0];
}

function focusBar(bar) {
  for (const each of bar.parentElement.children) each.tabIndex = each === bar ? 0 : -1;
  bar.focus();
}

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

// --- What is in sight ---------------------------------------------------------------------------------

const units = {
  day: {
    span: (day) => [day, day + 1],
    step: (day, way) => day + way,
    title: (day) => dateText(day, { long: true }),
  },
  week: {
    span: (day) => [day, day + 7],
    step: (day, way) => day + 7 * way,
    title: (day) => rangeText(day, day + 6),
  },
  month: {
    span: (day) => [addMonths(day, 0), addMonths(day, 1)],
    step: addMonths,
    title: monthText,
  },
  all: {
    span: () => [localDay(data.after, axis), localDay(data.until - 1, axis) + 1],
    step: (day) => day,
    title: () => rangeText(units.all.span()[0], units.all.span()[1] - 1),
  },
};

const unitName = () => (state.view === "month" ? "month" : state.scale);
const unit = () => units[unitName()];

/** Tell whether there is something of the range on either side. */
function reaches(way) {
  const [first, next] = unit().span(state.day);
  return unitName() !== "all" && (way < 0 ? first > firstDay : next <= lastDay);
}

function turn(way) {
  if (!reaches(way)) return;
  state.day = clamped(unit().step(unit().span(state.day)[0], way));
  render();
}

function inSight() {
  const [first, next] = unit().span(state.day);
  if (state.view === "month") return shown.filter(({ day }) => day >= first && day < next);
  const [from, to] = [midnight(first), midnight(next)];
  return shown.filter(({ start, end }) => end > from && start < to);
}

function render() {
  const seen = inSight();
  byId("period").textContent = unit().title(state.day);
  pageButton(byId("back"), "Previous", reaches(-1));
  pageButton(byId("forth"), "Next", reaches(1));
  byId("scale").hidden = state.view === "month";
  for (const view of ["month", "timeline"]) byId(view).hidden = state.view !== view;
  (state.view === "month" ? renderMonth : renderTimeline)(seen);
  byId("empty").hidden = seen.length > 0;
  if (!seen.length) renderEmpty();
}

function pageButton(button, word, possible) {
  const name = unitName() === "all" ? `${word} period` : `${word} ${unitName()}`;
  // A disabled button would lose the focus of who pages by keyboard.
  button.setAttribute("aria-disabled", String(!possible));
  button.setAttribute("aria-label", name);
  button.title = name;
}

function renderEmpty() {
  const [text, button] = byId("empty").children;
  const nearest = shown.find((opening) => opening.day > state.day) ?? shown.at(-1);
  button.hidden = !nearest;
  text.textContent = emptyText();
  if (!nearest) return;
  button.textContent = `Go to ${dateText(nearest.day)}`;
  button.onclick = () => focusPeriod(nearest.day);
}

function emptyText() {
  if (shown.length) return "Nothing opens here.";
  return openings.length ? "Nothing is shown: the filter hides every opening." : "No window opens in this range.";
}

function focusPeriod(day) {
  state.day = day;
  render();
  byId("forth").focus();
}

function select(view) {
  state.view = view;
  for (const name of ["month", "timeline"]) {
    const tab = byId(`${name}-tab`);
    tab.setAttribute("aria-selected", String(name === view));
    tab.tabIndex = name === view ? 0 : -1;
  }
  render();
}

function moveInTabs(event) {
  const goals = { ArrowLeft: other(), ArrowRight: other(), Home: "month", End: "timeline" };
  if (!(event.key in goals)) return;
  event.preventDefault();
  select(goals[event.key]);
  byId(`${state.view}-tab`).focus();
}

const other = () => (state.view === "month" ? "timeline" : "month");

// --- The filter ---------------------------------------------------------------------------------------

function filter() {
  const query = byId("search")?.value.trim().toLowerCase() ?? "";
  for (const schedule of schedules) {
    schedule.entry.hidden = !schedule.text.includes(query);
    schedule.shown = schedule.box.checked && !schedule.entry.hidden;
  }
  const onlyMarked = byId("only-marked")?.checked;
  shown = openings.filter((opening) => opening.schedule.shown && (!onlyMarked || opening.notes.length));
  const visible = schedules.filter((schedule) => schedule.shown).length;
  byId("status").textContent =
    `${visible} of ${counted(schedules.length, "schedule")} shown, ${counted(shown.length, "opening")}`;
  render();
}

/** Check or clear the schedules that the search lists. */
function checkAll(checked) {
  for (const { box, entry } of schedules) if (!entry.hidden) box.checked = checked;
  filter();
}

// --- The theme ----------------------------------------------------------------------------------------

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const isDark = () => (root.style.colorScheme ? root.style.colorScheme === "dark" : systemIsDark.matches);
const showTheme = () => byId("theme-toggle").setAttribute("aria-pressed", String(isDark()));

function toggleTheme() {
  root.style.colorScheme = isDark() ? "light" : "dark";
  showTheme();
}

// --- Begin --------------------------------------------------------------------------------------------

function listen() {
  byId("back").onclick = () => turn(-1);
  byId("forth").onclick = () => turn(1);
  byId("month-tab").onclick = () => select("month");
  byId("timeline-tab").onclick = () => select("timeline");
  document.querySelector("[role=tablist]").onkeydown = moveInTabs;
  byId("scale").onchange = (event) => {
    state.scale = event.target.value;
    render();
  };
  byId("panel").onchange = filter;
  byId("search")?.addEventListener("input", filter);
  byId("show-all")?.addEventListener("click", () => checkAll(true));
  byId("hide-all")?.addEventListener("click", () => checkAll(false));
  byId("theme-toggle").onclick = toggleTheme;
  byId("close-dialog").onclick = () => dialog.close();
  dialog.onclick = (event) => event.target === dialog && dialog.close();
  systemIsDark.onchange = showTheme;
  agenda.onchange = render;
  window.onresize = () => state.view === "timeline" && render();
  window.onbeforeprint = () => document.querySelectorAll(".row").forEach(fill);
}

root.classList.add("script");
if (matchMedia("(max-width: 62rem)").matches)
  for (const each of document.querySelectorAll(".panel, .notice")) each.open = false;
schedules.forEach((schedule) => tinted(schedule.entry, schedule));
listen();
showTheme();
filter();
