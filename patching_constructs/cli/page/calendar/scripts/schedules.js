// --- The list of schedules ---------------------------------------------------------------------------

function renderSchedules() {
  const upcoming = grouped(shown.slice(firstFrom(shown, now())), ({ schedule }) => schedule);
  const rows = schedules
    .filter((schedule) => isScheduleShown(schedule))
    .map((schedule) => [schedule, upcoming.get(schedule)?.[0]]);
  const order = rows.toSorted(([, one], [, other]) => (one?.start ?? Infinity) - (other?.start ?? Infinity));
  const heads = ["Target and operation", "Next execution", "Runs", "Construct"].map((text) =>
    make("th", { scope: "col" }, text),
  );
  byId("schedules").replaceChildren(
    make(
      "table",
      { className: "table" },
      make("thead", {}, make("tr", {}, ...heads)),
      make("tbody", {}, ...order.map(rowOf)),
    ),
  );
}

function rowOf([schedule, next]) {
  const effect = next ? effectOf([next]) : schedule.effect;
  const title = make("span", { className: "what" }, hiddenText(`${effectTitle(effect)}: `), schedule.title);
  const open = button("line plain", () => showSchedule(schedule, next), mark(effect), title);
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, open),
    make("td", {}, next ? momentText(next.start, zoneFor(next)) : "none in this calendar"),
    make("td", {}, schedule.words),
    make("td", { className: "where" }, schedule.label),
  );
}

/** A schedule without another execution is shown with its last; one that is frozen in the whole range has none. */
function showSchedule(schedule, next) {
  const execution = next ?? executions.findLast((each) => each.schedule === schedule);
  if (execution) showExecution(execution);
  else fillDialog(schedule.title, null, factsOf(schedule));
}
