// --- Filters -----------------------------------------------------------------------------------------

let shown = executions;
let shownSchedules = schedules;

const SELECTS = {
  target: { every: "All targets", of: ({ target }) => target },
  stack: { every: "All stacks", of: ({ stack }) => stack },
  place: { every: "All accounts and Regions", of: ({ place }) => place },
};

/** Add the filters that can make a difference: a menu with one choice has none. */
function drawFilters() {
  byId("effects").append(...EFFECTS.filter(hasExecutions).map(effectToggle));
  for (const [name, { every, of }] of Object.entries(SELECTS)) {
    const values = [...new Set(schedules.map(of))].filter(Boolean).sort();
    if (values.length < 2) continue;
    const options = [make("option", { value: "" }, every), ...values.map((value) => make("option", { value }, value))];
    byId("selects").append(make("select", { id: `filter-${name}`, name, "aria-label": every.slice(4) }, ...options));
  }
  drawResults();
  byId("noted").hidden = !executions.some(({ notes }) => notes.length);
}

/** A menu with the results, unless there are none. */
function drawResults() {
  const options = Object.entries(data.results).map(([value, { title }]) => make("option", { value }, title));
  if (!options.length) return;
  const every = make("option", { value: "" }, "All results");
  byId("selects").append(make("select", { id: "filter-result", name: "result", "aria-label": "Results" }, every, ...options));
}

const hasExecutions = (effect) => schedules.some((schedule) => schedule.effect === effect);

function effectToggle(effect) {
  const { title, explanation } = data.effects[effect];
  const box = make("input", { type: "checkbox", name: "effect", value: effect });
  return make("label", { className: "toggle", title: explanation }, box, make("span", {}, mark(effect), title));
}

function showFilters() {
  for (const box of byId("effects").querySelectorAll("input")) box.checked = state.effects.has(box.value);
  for (const name of [...Object.keys(SELECTS), "result"]) {
    const menu = byId(`filter-${name}`);
    if (menu) menu.value = state[name];
  }
  if (byId("text").value !== state.text) byId("text").value = state.text;
  byId("only-noted").checked = state.noted;
}

function changeFilter({ target }) {
  if (target.name === "effect") state.effects[target.checked ? "add" : "delete"](target.value);
  else if (target.name === "noted") state.noted = target.checked;
  else state[target.name] = target.value;
  filter();
}

function clearFilters() {
  Object.assign(state, { effects: new Set(EFFECTS), stack: "", target: "", place: "", result: "", text: "", noted: false });
  filter();
}

const isFiltered = () =>
  state.effects.size < EFFECTS.length || state.stack || state.target || state.place || state.result || state.text || state.noted;

function isScheduleShown(schedule) {
  return (
    state.effects.has(schedule.effect) &&
    Object.entries(SELECTS).every(([name, { of }]) => !state[name] || of(schedule) === state[name]) &&
    schedule.text.includes(state.text.trim().toLowerCase())
  );
}

function filter() {
  shownSchedules = schedules.filter(isScheduleShown);
  const visible = new Set(shownSchedules);
  shown = executions.filter(
    ({ schedule, notes, result }) =>
      visible.has(schedule) && (!state.noted || notes.length) && (!state.result || result?.kind === state.result),
  );
  byId("clear").hidden = !isFiltered();
  byId("status").textContent = isFiltered()
    ? `${visible.size} of ${counted(schedules.length, "schedule")} shown, ${counted(shown.length, "execution")}`
    : `${counted(schedules.length, "schedule")}, ${counted(shown.length, "execution")}`;
  showFilters();
  renderStrip();
  render();
}
