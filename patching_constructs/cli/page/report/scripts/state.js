// --- What is shown, and its link ---------------------------------------------------------------------

const narrow = matchMedia("(max-width: 44rem)");
const VIEWS = ["nodes", "groups", "patches", "windows"];
const NO_WINDOW = "none";
const TEXTS = ["text", "group", "account", "region", "platform", "patch", "window"];

/** `group` is the position of a group, because a group can have any name or none; the order of a view is empty for its own. */
const state = { view: "nodes", zone: DEFAULT_ZONE, statuses: new Set(data.listed), cause: "", order: "", start: 0 };
for (const name of TEXTS) state[name] = "";

const viewName = () => state.view;

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const oneOf = (name, values) => (values.includes(given.get(name)) ? given.get(name) : "");
  state.view = oneOf("view", VIEWS) || "nodes";
  state.zone = given.has("zone") && !zoneOf(given.get("zone")).isUnknown ? given.get("zone") : DEFAULT_ZONE;
  const statuses = STATUSES.filter((status) => given.get("status")?.split(",").includes(status));
  state.statuses = new Set(given.has("status") ? statuses : data.listed);
  state.cause = oneOf("cause", CAUSES);
  state.order = given.get("order") ?? "";
  state.start = Math.max(0, Number.parseInt(given.get("start") ?? "0", 10) || 0);
  for (const name of TEXTS) state[name] = given.get(name) ?? "";
}

function writeHash() {
  const link = new URLSearchParams();
  if (state.view !== "nodes") link.set("view", state.view);
  if (state.zone !== DEFAULT_ZONE) link.set("zone", state.zone);
  if (String([...state.statuses].sort()) !== String([...data.listed].sort())) link.set("status", [...state.statuses].join());
  for (const name of ["cause", "order", ...TEXTS]) if (state[name]) link.set(name, state[name]);
  if (state.start) link.set("start", state.start);
  const hash = link.size ? `#${link}` : "";
  if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
}
