// --- Groups ------------------------------------------------------------------------------------------

const GROUP_COLUMNS = [
  { id: "name", title: data.grouping, value: ({ name }) => name, cell: groupNameCell },
  { id: "nodes", title: "Nodes", value: ({ list }) => list.length, cell: ({ list }) => [numberText(list.length)], isLargeFirst: true, className: "number roomy" },
  { id: "compliance", title: "Compliance", value: ({ share }) => share, cell: shareCell, className: "shares" },
  { id: "bad", title: "Non-compliant", value: ({ list }) => countOf(list, BAD), cell: ({ list }) => numberCell(countOf(list, BAD)), isLargeFirst: true, className: "number" },
  { id: "unknown", title: "No evidence", value: ({ list }) => countOf(list, UNKNOWN), cell: ({ list }) => numberCell(countOf(list, UNKNOWN)), isLargeFirst: true, className: "number roomy" },
  { id: "reboot", title: "Pending reboot", value: rebootsOf, cell: (group) => numberCell(rebootsOf(group)), isLargeFirst: true, className: "number wide" },
  { id: "oldest", title: "Oldest patch", value: ({ oldest }) => oldest?.since ?? null, cell: groupAgeCell, className: "whole wide" },
  { id: "last", title: "Last window", value: ({ found }) => lastStart(found), cell: ({ found }) => executionCell(found), isLargeFirst: true, className: "wide" },
  { id: "next", title: "Next window", value: ({ found }) => nextOf(found), cell: ({ found }) => nextCell(found), className: "wide" },
];

function rebootsOf({ list }) {
  return list.filter(({ needs }) => needs.has("pendingReboot")).length;
}

function lastStart(list) {
  const starts = list.flatMap(({ executions }) => executions?.slice(0, 1) ?? []).map(({ started }) => started);
  return starts.length ? Math.max(...starts) : null;
}

function groupNameCell({ name }) {
  const group = String(data.groups.indexOf(name));
  return [namedButton(groupText(name), null, () => showNodes({ group }))];
}

function groupAgeCell({ list, oldest }) {
  return list.some(({ needs }) => needs.size) ? ageCell(oldest) : unknownCell();
}

function shareCell({ list }) {
  return [bar(list), make("span", { className: "number" }, percentText(wholePercent(countOf(list, GOOD), list.length))), hiddenText(`: ${countsText(list)}`)];
}

function renderGroups() {
  const groups = [...grouped(shown, ({ group }) => group)].map(([name, list]) => ({
    name,
    list,
    share: countOf(list, GOOD) / list.length,
    oldest: longest(list.filter(({ needs }) => needs.size).map((node) => node.oldest)),
    found: [...new Set(list.flatMap((node) => node.windows))],
  }));
  const columns = GROUP_COLUMNS.filter(({ id }) => hasWindows || !["last", "next"].includes(id));
  drawTable("groups", columns, groups, "compliance");
}
