// --- Patches -----------------------------------------------------------------------------------------

const PATCH_COLUMNS = [
  { id: "patch", title: "Patch", value: ({ patch }) => patch.id, cell: ({ patch }) => [namedButton(patch.id, patch.title === patch.id ? null : patch.title, () => showPatch(patch))] },
  { id: "severity", title: "Severity", value: ({ patch }) => severityRank(patch), cell: ({ patch }) => [patch.severity || NONE], className: "wide" },
  { id: "nodes", title: "Nodes", value: ({ list }) => list.length, cell: ({ list }) => [numberText(list.length)], isLargeFirst: true, className: "number" },
  { id: "reason", title: "Reason", value: ({ list }) => reasonsText(list), cell: ({ list }) => [reasonsText(list)] },
  { id: "oldest", title: "Age", value: ({ age }) => age?.since ?? null, cell: ({ age }) => ageCell(age), className: "whole" },
];

// The severities of the operating systems, the worst first.
const SEVERITIES = ["critical", "important", "high", "moderate", "medium", "low"];

function severityRank({ severity }) {
  const place = SEVERITIES.indexOf(severity.toLowerCase());
  return place < 0 ? SEVERITIES.length : place;
}

/** What of a patch nodes need: `3 missing, 1 failed`. */
function reasonsText(list) {
  return [...grouped(list, ({ need }) => need)].map(([need, same]) => needText(need, same.length)).join(", ");
}

/** The patches that nodes need, each with the nodes. */
function neededPatches(list) {
  const needed = list.flatMap((node) => node.patches?.map((each) => ({ ...each, node })) ?? []);
  return [...grouped(needed, ({ patch }) => patch)].map(([patch, same]) => ({ patch, list: same, age: longest(same.map(({ age }) => age)) }));
}

function renderPatches() {
  drawTable("patches", PATCH_COLUMNS, neededPatches(shown), "-nodes");
}

/** The nodes whose patches are not listed, although they need some. */
const isUnlisted = (node) => node.needs.size > 0 && !node.patches;
