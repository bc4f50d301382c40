// --- The view ----------------------------------------------------------------------------------------

const units = {
  day: {
    span: (day) => [day, day + 1],
    step: (day, way) => day + way,
    title: (day) => dateText(day, { long: true }),
  },
  week: {
    span: (day) => [mondayOf(day), mondayOf(day) + 7],
    step: (day, way) => day + 7 * way,
    title: (day) => rangeText(mondayOf(day), mondayOf(day) + 6),
  },
  month: {
    span: (day) => [addMonths(day, 0), addMonths(day, 1)],
    step: addMonths,
    title: monthText,
  },
  all: {
    span: () => [firstDay(), lastDay() + 1],
    step: (day) => day,
    title: () => rangeText(firstDay(), lastDay()),
  },
  agenda: {
    span: (day) => [day, day + 7],
    step: (day, way) => day + 7 * way,
    title: (day) => rangeText(day, day + 6),
  },
};
const NOUNS = { agenda: "week", all: "period" };
const RENDERERS = { month: renderMonth, timeline: renderTimeline, agenda: renderAgenda, schedules: renderSchedules };

function unitName() {
  return { month: "month", timeline: state.scale, agenda: "agenda", schedules: "all" }[viewName()];
}

const unit = () => units[unitName()];

/** Whether the range continues before or after the period. */
function reaches(way) {
  const [first, next] = unit().span(currentDay());
  return unitName() !== "all" && (way < 0 ? first > firstDay() : next <= lastDay());
}

function turn(way) {
  if (!reaches(way)) return;
  goTo(unit().step(unit().span(currentDay())[0], way));
}

function goTo(day) {
  state.day = clamped(day);
  render();
}

function visibleExecutions() {
  const [first, next] = unit().span(currentDay());
  if (viewName() !== "timeline") return startingIn(first, next);
  return between(shown, midnight(first, pageZone()), midnight(next, pageZone()));
}

/** The executions that start in days; a day in another time zone begins up to a day before, or after, that of the page. */
function startingIn(first, next) {
  const [from, to] = [midnight(first, pageZone()) - DAY, midnight(next, pageZone()) + DAY];
  return between(shown, from, to).filter(({ day }) => day >= first && day < next);
}

function render() {
  const view = viewName();
  const seen = visibleExecutions();
  byId("period").textContent = view === "schedules" ? "Schedules" : unit().title(currentDay());
  pageButton(byId("back"), "Previous", reaches(-1));
  pageButton(byId("forth"), "Next", reaches(1));
  byId("date").value = isoDate(currentDay());
  byId("timeline-options").hidden = view !== "timeline";
  byId("pager").hidden = view === "schedules";
  showTab(view);
  RENDERERS[view](seen);
  byId("empty").hidden = seen.length > 0;
  if (!seen.length) renderEmpty();
  writeHash();
}

function pageButton(element, word, possible) {
  const name = `${word} ${NOUNS[unitName()] ?? unitName()}`;
  // A disabled button would lose the keyboard focus.
  element.setAttribute("aria-disabled", String(!possible));
  element.setAttribute("aria-label", name);
  element.title = name;
}

function renderEmpty() {
  const [text, link] = byId("empty").children;
  const nearest = shown.find((execution) => execution.day > currentDay()) ?? shown.at(-1);
  link.hidden = !nearest;
  text.textContent = emptyText();
  if (!nearest) return;
  link.textContent = `Go to ${dateText(nearest.day)}`;
  link.onclick = () => {
    goTo(nearest.day);
    byId("forth").focus();
  };
}

function emptyText() {
  if (shown.length) return "No executions in this period.";
  return executions.length ? "The filters hide all executions." : "No executions in this range.";
}

function select(view) {
  state.view = view;
  render();
}
