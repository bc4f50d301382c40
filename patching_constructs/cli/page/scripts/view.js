// --- The view ----------------------------------------------------------------------------------------

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

/** Whether the range continues before or after the period. */
function reaches(way) {
  const [first, next] = unit().span(state.day);
  return unitName() !== "all" && (way < 0 ? first > firstDay : next <= lastDay);
}

function turn(way) {
  if (!reaches(way)) return;
  state.day = clamped(unit().step(unit().span(state.day)[0], way));
  render();
}

function visibleExecutions() {
  const [first, next] = unit().span(state.day);
  if (state.view === "month") return shown.filter(({ day }) => day >= first && day < next);
  const [from, to] = [midnight(first), midnight(next)];
  return shown.filter(({ start, end }) => end > from && start < to);
}

function render() {
  const seen = visibleExecutions();
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
  // A disabled button would lose the keyboard focus.
  button.setAttribute("aria-disabled", String(!possible));
  button.setAttribute("aria-label", name);
  button.title = name;
}

function renderEmpty() {
  const [text, button] = byId("empty").children;
  const nearest = shown.find((execution) => execution.day > state.day) ?? shown.at(-1);
  button.hidden = !nearest;
  text.textContent = emptyText();
  if (!nearest) return;
  button.textContent = `Go to ${dateText(nearest.day)}`;
  button.onclick = () => focusPeriod(nearest.day);
}

function emptyText() {
  if (shown.length) return "No executions in this period.";
  return executions.length ? "The filters hide all executions." : "No executions in this range.";
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

