// --- The agenda --------------------------------------------------------------------------------------

function renderAgenda(seen) {
  const [first, next] = units.agenda.span(currentDay());
  byId("agenda").replaceChildren(dayStrip(), agendaOf(seen, first, next));
}

/** The days from the first to the last, without those that have no executions; today is always listed. */
function agendaOf(list, first, next) {
  const days = grouped(list, (execution) => execution.day);
  const listedDays = Array.from({ length: next - first }, (_, place) => first + place).filter(
    (day) => days.has(day) || day === today() || freezesFrom(day).length,
  );
  return make(
    "ol",
    { className: "agenda" },
    ...listedDays.map((day) => make("li", {}, ...dayOfAgenda(day, days.get(day) ?? []))),
  );
}

function dayOfAgenda(day, list) {
  const isToday = day === today();
  const near = { 0: "Today, ", 1: "Tomorrow, " }[day - today()] ?? "";
  const title = make(
    "h3",
    { className: day < today() ? "past" : isToday ? "today" : "" },
    `${near}${dateText(day, { long: true })}`,
  );
  const frozen = freezesFrom(day).map((freeze) => make("p", { className: "freeze" }, freezeText(freeze)));
  return [title, ...frozen, list.length ? entries(list) : make("p", { className: "aside" }, "No executions.")];
}

/** The freezes that start on a day. */
const freezesFrom = (day) => freezesOf(day).filter(({ start }) => localDay(start, pageZone()) === day);

/** The week of the current day, to choose a day on a phone. */
function dayStrip() {
  const monday = mondayOf(currentDay());
  const days = WEEKDAYS.map((_, place) => monday + place);
  const zone = pageZone();
  const list = between(shown, midnight(monday, zone), midnight(monday + 7, zone));
  const lists = grouped(list, (execution) => execution.day);
  const items = days.map((day) => make("li", {}, stripDay(day, lists.get(day) ?? [])));
  return make("ol", { className: "day-strip", "aria-label": "Week" }, ...items);
}

function stripDay(day, list) {
  const { weekday, date } = calendarDay(day);
  const effects = EFFECTS.filter((effect) => list.some((execution) => effectOf([execution]) === effect));
  const element = button(
    day === today() ? "today" : "",
    () => goTo(day),
    make("span", { className: "name", "aria-hidden": "true" }, WEEKDAYS[weekday].slice(0, 2)),
    make("span", { className: "date", "aria-hidden": "true" }, String(date)),
    make("span", { className: "dots" }, ...effects.map((effect) => make("span", { className: `dot ${effect}` }))),
    hiddenText(cellText(day, list)),
  );
  if (day === currentDay()) element.setAttribute("aria-current", "date");
  element.setAttribute("aria-disabled", String(day !== clamped(day)));
  return element;
}
