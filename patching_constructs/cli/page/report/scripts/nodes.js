// --- Nodes -------------------------------------------------------------------------------------------

const rankOf = ({ status }) => STATUSES.indexOf(status);

/** Those that need attention first, and of these the ones that have for the longest time. */
const urgency = (node) => rankOf(node) * 1e10 + ((node.oldest ?? node.age)?.since ?? node.state?.ended ?? 0);

const NODE_COLUMNS = [
  { id: "node", title: "Node", value: ({ title }) => title, cell: (node) => [nodeButton(node)] },
  { id: "status", title: "Status", value: urgency, cell: ({ status }) => [statusElement(status)] },
  { id: "needs", title: "Reason", value: causeRank, isLargeFirst: true, cell: (node) => [needsText(node) || NONE] },
  { id: "oldest", title: "Oldest patch", value: ({ oldest }) => oldest?.since ?? null, cell: oldestCell, className: "whole" },
  { id: "since", title: "Non-compliant", value: ({ age }) => age?.since ?? null, cell: sinceCell, className: "whole wider" },
  { id: "last", title: "Last evaluated", value: ({ state }) => state?.ended ?? null, cell: lastCell, className: "whole wide" },
  { id: "next", title: "Next window", value: (node) => nextOf(node.windows), cell: nextWindowCell, className: "whole wide" },
  { id: "group", title: data.grouping, value: ({ group }) => group, cell: groupCell, className: "wide" },
  { id: "place", title: "Region", value: ({ place }) => place.title, cell: placeCell, className: "whole wide" },
];

function causeRank(node) {
  return [...node.needs.values()].reduce((one, other) => one + other, 0) || null;
}

function nodeButton(node) {
  return namedButton(node.title, node.name === null ? null : node.id, () => showNode(node));
}

function oldestCell({ oldest, needs }) {
  return needs.size ? ageCell(oldest) : unknownCell();
}

/** A node may have been non-compliant before the first report that has it so. */
function sinceCell({ age, status }) {
  return status === BAD ? ageCell(age) : unknownCell();
}

function lastCell({ state }) {
  if (!state) return unknownCell("never");
  return [momentElement(agoText(state.ended), state.ended), " ", make("small", {}, state.operation)];
}

function nextWindowCell(node) {
  if (isWithoutWindow(node)) return unknownCell("no window");
  return nextCell(node.windows);
}

function groupCell({ group, platform }) {
  return twoLines(group ?? "none", platform ?? "");
}

function placeCell({ place }) {
  return twoLines(place.region, place.account);
}

/** The columns that can make a difference: what no node has is left out. */
function nodeColumns() {
  const isUseful = {
    oldest: nodes.some(({ oldest }) => oldest),
    since: hasHistory,
    place: places.length > 1,
    next: hasWindows,
  };
  return NODE_COLUMNS.filter(({ id }) => isUseful[id] ?? true);
}

function renderNodes() {
  drawTable("nodes", nodeColumns(), shown, "status");
}
