// --- The month ---------------------------------------------------------------------------------------

const agenda = matchMedia("(max-width: 44rem)");
let byDay = new Map();

function renderMonth(seen) {
  const [first, next] = units.month.span(state.day);
  byDay = Map.groupBy(
    seen.toSorted((one, other) => one.wall - other.wall),
    (execution) => execution.day,
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
    "aria-label": `${title}, ${outside ? "outside the range of this calendar" : counted(list.length, "execution")}`,
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

