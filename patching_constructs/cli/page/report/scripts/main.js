// --- Start -------------------------------------------------------------------------------------------

const MINUTE = 60 * 1000;

function listen() {
  listenToFrame();
  byId("zone").onchange = ({ target }) => changeZone(target.value);
  byId("filters").onchange = changeFilter;
  byId("filters").onsubmit = (event) => event.preventDefault();
  byId("text").oninput = changeFilter;
  byId("clear").onclick = clearFilters;
  narrow.onchange = showFilterPanel;
  window.onhashchange = () => location.hash.includes("=") && open();
  setInterval(tick, MINUTE);
}

/** On a phone the filters are closed until they are needed. */
function showFilterPanel() {
  byId("filter-panel").open = !narrow.matches || isFiltered();
}

function changeZone(name) {
  state.zone = name;
  showAge();
  filter({ start: state.start });
}

function tick() {
  if (isInUse("report", "strip")) return;
  showAge();
  filter({ start: state.start });
}

function open() {
  readHash();
  showZones();
  changeZone(state.zone);
}

drawFilters();
listen();
showFrame();
open();
showFilterPanel();
preparePrint();
