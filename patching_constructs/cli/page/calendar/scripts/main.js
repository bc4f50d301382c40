// --- Start -------------------------------------------------------------------------------------------

const MINUTE = 60 * 1000;

function listen() {
  listenToFrame();
  byId("back").onclick = () => turn(-1);
  byId("forth").onclick = () => turn(1);
  byId("today").onclick = showToday;
  byId("date").onchange = ({ target }) => dayOf(target.value) !== null && goTo(dayOf(target.value));
  byId("scale").onchange = ({ target }) => changeOption("scale", target.value);
  byId("group").onchange = ({ target }) => changeOption("group", target.value);
  byId("zone").onchange = ({ target }) => changeZone(target.value);
  byId("filters").onchange = changeFilter;
  byId("text").oninput = changeFilter;
  byId("clear").onclick = clearFilters;
  narrow.onchange = fitScreen;
  window.onresize = () => viewName() === "timeline" && render();
  window.onhashchange = () => location.hash.includes("=") && open();
  setInterval(tick, MINUTE);
}

/** On a phone the filters are closed until they are needed. */
function showFilterPanel() {
  byId("filter-panel").open = !narrow.matches || Boolean(isFiltered());
}

function fitScreen() {
  showFilterPanel();
  render();
}

function showToday() {
  state.day = null;
  render();
}

function changeOption(name, value) {
  state[name] = value;
  renderStrip();
  render();
}

function changeZone(name) {
  state.zone = name;
  applyZone();
  showAge();
  filter();
}

/** Fill in the choices of a menu or a group of radio buttons. */
function showOptions() {
  const names = [...new Set([DEFAULT_ZONE, READERS, "UTC", OWN, state.zone])];
  byId("zone").replaceChildren(...names.map((name) => make("option", { value: name }, zoneOption(name))));
  byId("zone").value = state.zone;
  for (const radio of byId("scale").elements) radio.checked = radio.value === state.scale;
  byId("group").value = state.group;
}

function zoneOption(name) {
  if (name === OWN) return "each schedule\u2019s own time zone";
  return name === READERS && name !== data.zone ? `${name} (yours)` : name;
}

function tick() {
  if (isInUse("calendar", "strip")) return;
  showAge();
  renderStrip();
  render();
}

function open() {
  readHash();
  showOptions();
  changeZone(state.zone);
}

drawFilters();
listen();
showFrame();
open();
showFilterPanel();
preparePrint();
// After the calendar is drawn: the time zones of the schedules take a moment to read.
setTimeout(drawWarnings);
