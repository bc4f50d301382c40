// --- The dialogs of a node, a patch and a window -----------------------------------------------------

const when = (instant) => (instant === null || instant === undefined ? null : momentText(minute(instant), pageZone()));

/** The facts that are known. */
const known = (facts) => factList(Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null && fact !== "")));

// --- A node ---

function showNode(node, back = null) {
  fillDialog(
    node.title,
    back,
    make("p", { className: "lead" }, statusElement(node.status), ...leadOf(node)),
    ...patchesOf(node),
    ...windowsOf(node),
    known(nodeFacts(node)),
  );
}

function leadOf(node) {
  const text = node.reason ? evidenceText(node) : needsText(node);
  return text ? [make("span", {}, text)] : [];
}

function evidenceText({ reason, state }) {
  const { title, explanation } = data.evidence[reason];
  return reason === "outdated"
    ? `${title}: ${agoText(state.ended)}, the limit is ${lengthText(data.limit)}.`
    : `${title}. ${explanation}`;
}

function nodeFacts({ id, place, group, platform, ping, lastPing, age, state }) {
  return {
    Node: id,
    "Account, Region": `${place.account}, ${place.region}`,
    [data.grouping]: groupText(group),
    Platform: platform,
    Connection: ping && `${pingText(ping)}${lastPing === null ? "" : `, last ping ${when(lastPing)}`}`,
    "Non-compliant": age && `at least since ${when(age.since)}`,
    "Last evaluated": state ? `${when(state.ended)}, ${state.operation}` : "never",
    "Patch baseline": state?.baseline ?? null,
    "Reboot option": state?.rebootOption ?? null,
    Installed: state ? `${numberText(state.installed)} ${state.installed === 1 ? "patch" : "patches"}` : null,
  };
}

const pingText = (ping) => ping.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function patchesOf(node) {
  if (isUnlisted(node)) return [aside("The patches of this node were not read.")];
  if (!node.patches?.length) return [];
  const rows = node.patches
    .toSorted((one, other) => compare(one.age?.since ?? null, other.age?.since ?? null, 1))
    .map(({ patch, need, age }) => [
      namedButton(patch.id, patch.title === patch.id ? null : patch.title, () => showPatch(patch, () => showNode(node))),
      data.needs[need].title,
      patch.severity || NONE,
      ageCell(age),
    ]);
  return [simpleTable(["Patch", "Reason", "Severity", "Age"], rows, "Patches")];
}

function windowsOf(node) {
  if (!hasWindows) return [];
  if (!node.windows.length) return [aside(node.areAllKnown ? "No maintenance window selects this node." : "Whether a window selects this node is unknown.")];
  const rows = node.windows.map((window) => [
    namedButton(window.name, window.id, () => showWindow(window, () => showNode(node))),
    executionCell([window]),
    nextExecutionCell(window),
  ]);
  return [simpleTable(["Window", "Last execution", "Next execution"], rows, "Windows")];
}

// --- A patch ---

function showPatch(patch, back = null) {
  const list = nodes.filter((node) => needsPatch(node, patch));
  const same = neededPatches(list).find((each) => each.patch === patch);
  const open = button("quiet", () => closeAndShow({ ...CLEAR, patch: patch.id }), `Show ${nodesText(list.length)}`);
  const facts = {
    Title: patch.title === patch.id ? null : patch.title,
    Severity: patch.severity,
    Classification: patch.classification,
    CVE: patch.vulnerabilities,
    Released: when(patch.released),
    "Needed since": same.age && !same.age.isExact ? `at least ${when(same.age.since)}` : null,
    Nodes: `${numberText(list.length)}: ${reasonsText(same.list)}`,
  };
  fillDialog(patch.id, back, known(facts), make("p", {}, open));
}

function closeAndShow(filters) {
  dialog.close();
  showNodes(filters);
}

// --- A window ---

function showWindow(window, back = null) {
  const list = nodes.filter((node) => node.windows.includes(window));
  const open = button("quiet", () => closeAndShow({ ...CLEAR, window: window.id }), `Show ${nodesText(list.length)}`);
  const facts = {
    Window: window.id,
    "Account, Region": `${window.place.account}, ${window.place.region}`,
    Schedule: scheduleText(window),
    Duration: window.duration === null ? null : `${window.duration} h`,
    State: window.isEnabled ? "Enabled" : "Disabled",
    "Next execution": when(window.next) ?? "none known",
    Nodes: list.length ? countsText(list) : "none",
  };
  fillDialog(window.name, back, ...executionsOf(window), known(facts), ...(list.length ? [make("p", {}, open)] : []));
}

function executionsOf({ executions }) {
  if (!executions) return [aside("The executions of this window were not read.")];
  if (!executions.length) return [aside("Systems Manager lists no execution of this window.")];
  const rows = executions.map((execution) => [when(execution.started), resultElement(execution), execution.details || NONE]);
  return [simpleTable(["Start", "Result", "Details"], rows, "Executions")];
}
