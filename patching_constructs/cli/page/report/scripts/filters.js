// --- Filters -----------------------------------------------------------------------------------------

// The nodes that the filters but those of the compliance leave, and those that all filters leave.
let chosen = nodes;
let shown = nodes;

const valuesOf = (of) => [...new Set(nodes.map(of))].filter(Boolean).sort(inOrder).map((value) => [value, value]);
const inOrder = new Intl.Collator("en", { numeric: true }).compare;

/** The menus: their first choice, which stands for all, and the others with their values. */
const SELECTS = {
  group: {
    title: data.grouping,
    values: () => data.groups.map((name, position) => [String(position), groupText(name)]).sort(byTitle),
  },
  account: { title: "Account", values: () => valuesOf(({ place }) => place.account) },
  region: { title: "Region", values: () => valuesOf(({ place }) => place.region) },
  platform: { title: "Platform", values: () => valuesOf(({ platform }) => platform) },
  window: { title: "Window", values: windowChoices },
  cause: { title: "Reason", values: causeChoices },
};

const byTitle = ([, one], [, other]) => inOrder(one, other);

function windowChoices() {
  const choices = windows.map((window) => [window.id, `${window.name} (${window.place.title})`]).sort(byTitle);
  return nodes.some(isWithoutWindow) ? [[NO_WINDOW, "In no window"], ...choices] : choices;
}

/** Why nodes need attention: why there is no evidence, and what they need, also by an outdated patch state. */
function hasCause({ reason, needs, state }, cause) {
  return reason === cause || needs.has(cause) || (cause === CRITICAL && state?.critical > 0);
}

const causeTitle = (cause) => (data.needs[cause] ?? data.evidence[cause] ?? data.critical).title;

function causeChoices() {
  const found = CAUSES.filter((cause) => nodes.some((node) => hasCause(node, cause)));
  return found.map((cause) => [cause, causeTitle(cause)]);
}

// What fits on a screen needs no filters.
const FEW = 10;

/** Add the filters that can make a difference: a menu with one choice has none. */
function drawFilters() {
  byId("filter-panel").hidden = nodes.length <= FEW;
  byId("statuses").append(...STATUSES.map(statusToggle));
  for (const [name, { title, values }] of Object.entries(SELECTS)) {
    const choices = values();
    if (choices.length < 2) continue;
    const options = [["", title], ...choices].map(([value, text]) => make("option", { value }, text));
    byId("selects").append(make("select", { id: `filter-${name}`, name, "aria-label": title }, ...options));
  }
}

function statusToggle(status) {
  const { title, explanation } = data.statuses[status];
  const box = make("input", { type: "checkbox", name: "status", value: status });
  return make("label", { className: "toggle", title: explanation }, box, make("span", {}, mark(status), title));
}

function showFilters() {
  for (const box of byId("statuses").querySelectorAll("input")) box.checked = state.statuses.has(box.value);
  for (const name of Object.keys(SELECTS)) {
    const menu = byId(`filter-${name}`);
    if (menu) menu.value = state[name];
  }
  const text = state.patch || state.text;
  if (byId("text").value !== text) byId("text").value = text;
}

function changeFilter({ target }) {
  if (target.name === "status") state.statuses[target.checked ? "add" : "delete"](target.value);
  else if (target.name === "text") Object.assign(state, { text: target.value, patch: "" });
  else state[target.name] = target.value;
  filter();
}

const CLEAR = { cause: "", ...Object.fromEntries(TEXTS.map((name) => [name, ""])) };

/** Show the nodes that a number in the page counts. */
function showNodes(filters) {
  Object.assign(state, { ...filters, statuses: new Set(filters.statuses ?? STATUSES), view: "nodes", order: "" });
  filter();
  byId("nodes-tab").focus();
}

function clearFilters() {
  Object.assign(state, CLEAR, { statuses: new Set(STATUSES) });
  filter();
}

const isFiltered = () => state.statuses.size < STATUSES.length || Object.keys(CLEAR).some((name) => state[name]);

/** The filters other than those of the compliance, as functions of a node. */
function* conditions() {
  const { group, account, region, platform, window, patch } = state;
  if (group) yield (node) => node.group === data.groups[group];
  if (account) yield ({ place }) => place.account === account;
  if (region) yield ({ place }) => place.region === region;
  if (platform) yield (node) => node.platform === platform;
  if (window === NO_WINDOW) yield isWithoutWindow;
  else if (window) yield (node) => node.windows.some(({ id }) => id === window);
  if (patch) yield (node) => node.patches?.some((each) => each.patch.id === patch);
  if (state.text.trim()) yield hasText(state.text.trim().toLowerCase());
}

/** A text is one of the node, or of a patch that it needs. */
function hasText(text) {
  const found = new Set(patches.filter((patch) => patch.text.includes(text)));
  return (node) => node.text.includes(text) || node.patches?.some(({ patch }) => found.has(patch));
}

function filter({ start = 0 } = {}) {
  const wanted = [...conditions()];
  chosen = nodes.filter((node) => wanted.every((condition) => condition(node)));
  shown = chosen.filter((node) => state.statuses.has(node.status) && (!state.cause || hasCause(node, state.cause)));
  state.start = start;
  byId("clear").hidden = !isFiltered();
  byId("status").textContent = isFiltered()
    ? `${numberText(shown.length)} of ${nodesText(nodes.length)} shown`
    : nodesText(nodes.length);
  showFilters();
  renderStrip();
  render();
}
