// --- Windows -----------------------------------------------------------------------------------------

const WINDOW_COLUMNS = [
  { id: "window", title: "Window", value: ({ name }) => name, cell: (window) => [namedButton(window.name, window.id, () => showWindow(window))] },
  { id: "last", title: "Last execution", value: lastRank, cell: (window) => executionCell([window]) },
  { id: "next", title: "Next execution", value: ({ next }) => next, cell: (window) => nextExecutionCell(window) },
  { id: "nodes", title: "Nodes", value: (window) => nodesOf(window).length, cell: (window) => numberCell(nodesOf(window).length), isLargeFirst: true, className: "number roomy" },
  { id: "compliance", title: "Compliance", value: shareOfWindow, cell: windowShareCell, className: "shares wide" },
  { id: "schedule", title: "Schedule", value: ({ schedule }) => schedule, cell: (window) => twoLines(window.schedule, window.zone ?? ""), className: "wide" },
  { id: "place", title: "Region", value: ({ place }) => place.title, cell: placeCell, className: "whole wide" },
];

const scheduleText = ({ schedule, zone }) => (zone ? `${schedule} ${zone}` : schedule);

let nodesByWindow = new Map();
const nodesOf = (window) => nodesByWindow.get(window) ?? [];

/** Those that failed first, and of these the newest. */
function lastRank({ executions }) {
  if (!executions?.length) return null;
  const rank = STATUSES.indexOf(signOf(executions[0]));
  return rank * 1e10 - executions[0].started;
}

function nextExecutionCell(window) {
  return window.isEnabled ? nextCell([window]) : [make("span", { className: `status ${UNKNOWN}` }, mark(UNKNOWN), "Disabled")];
}

function shareOfWindow(window) {
  const list = nodesOf(window);
  return list.length ? countOf(list, GOOD) / list.length : null;
}

function windowShareCell(window) {
  const list = nodesOf(window);
  return list.length ? shareCell({ list }) : unknownCell();
}

/** The windows of the nodes that are shown; without filters, all windows. */
function renderWindows() {
  nodesByWindow = nodesOfWindows(shown);
  const rows = isFiltered() ? windows.filter((window) => nodesOf(window).length) : windows;
  drawTable("windows", WINDOW_COLUMNS, rows, "last");
}

/** The nodes of each window. */
function nodesOfWindows(list) {
  const found = new Map();
  for (const node of list)
    for (const window of node.windows) {
      if (!found.has(window)) found.set(window, []);
      found.get(window).push(node);
    }
  return found;
}
