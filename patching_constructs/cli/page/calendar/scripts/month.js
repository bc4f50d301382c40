// --- The month ---------------------------------------------------------------------------------------

const LINES_OF_A_QUIET_DAY = 5;
let byDay = new Map();

function renderMonth(seen) {
  const [first, next] = units.month.span(currentDay());
  byDay = grouped(seen, (execution) => execution.day);
  byId("month").replaceChildren(gridOf(first, next));
}

function gridOf(first, next) {
  const heads = WEEKDAYS.map((day) =>
    make("div", { role: "columnheader" }, make("abbr", { title: day }, day.slice(0, 3))),
  );
  const grid = make("div", { role: "grid", className: "grid", "aria-label": monthText(first), onkeydown: moveInGrid });
  grid.append(make("div", { role: "row", className: "week heads" }, ...heads));
  for (let monday = mondayOf(first); monday < next; monday += 7) {
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
  const tabIndex = day === currentDay() ? 0 : -1;
  const cell = make("div", {
    role: "gridcell",
    className: `day ${dayClasses(day, list)}`,
    "data-day": day,
    tabIndex,
    "aria-label": cellText(day, list),
  });
  const date = make("span", { className: "date", "aria-hidden": "true" }, String(calendarDay(day).date));
  cell.append(make("div", { className: "head" }, date, ...freezesOf(day).map(freezeLabel)));
  if (list.length) cell.append(linesOfDay(day, list, tabIndex));
  return cell;
}

function dayClasses(day, list) {
  const classes = [];
  if (day !== clamped(day)) classes.push("outside");
  if (day < today()) classes.push("past");
  if (day === today()) classes.push("today");
  if (list.length && list.every(({ isFrozen }) => isFrozen)) classes.push("frozen");
  else if (isDayFrozen(day)) classes.push("in-freeze");
  return classes.join(" ");
}

function cellText(day, list) {
  const name = `${dateText(day, { long: true })}${day === today() ? ", today" : ""}`;
  if (day !== clamped(day)) return `${name}, outside the range of this calendar`;
  const frozen = freezesOf(day).map((freeze) => `, ${freezeText(freeze)}`);
  return `${name}, ${countsText(list) || "no executions"}${frozen.join("")}`;
}

/** The freezes of a day that have dates and a reason; others last for the whole calendar. */
function freezesOf(day) {
  const found = freezesBetween(shownSchedules, midnight(day, pageZone()), midnight(day + 1, pageZone()));
  return found.filter(({ reason }) => reason);
}

/** Whether all schedules that do something else than a scan are frozen on a day. */
function isDayFrozen(day) {
  const others = shownSchedules.filter(({ effect }) => effect !== "scan");
  const [from, to] = [midnight(day, pageZone()), midnight(day + 1, pageZone())];
  return others.length > 0 && others.every((schedule) => isFrozenDuring(schedule, from, to));
}

const freezeLabel = (freeze) =>
  make("span", { className: "freeze", title: freezeText(freeze), "aria-hidden": "true" }, freeze.reason);

function linesOfDay(day, list, tabIndex) {
  const lines = linesOf(list);
  const draw =
    lines.length > LINES_OF_A_QUIET_DAY ? bundles : (some) => some.map((line) => lineButton(line, { tabIndex }));
  const parts =
    day === today() ? aroundNow(lines).map((some) => draw(some, { tabIndex })) : [draw(lines, { tabIndex })];
  const items = parts.map((elements) => elements.map((element) => make("li", {}, element)));
  if (items.length > 1) items[0].push(make("li", { className: "now-line" }, hiddenText("Now")));
  return make("ul", { className: "lines" }, ...items.flat());
}

/** The lines that have started, and those that have not. */
function aroundNow(lines) {
  const isLater = ({ list }) => list.some((execution) => execution.start > now());
  return [lines.filter((line) => !isLater(line)), lines.filter(isLater)];
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
