// --- What is shown, and its link ---------------------------------------------------------------------

const narrow = matchMedia("(max-width: 44rem)");
const EFFECTS = Object.keys(data.effects);
const VIEWS = ["month", "timeline", "agenda", "schedules"];
const SCALES = ["day", "week", "month", "all"];
const GROUPS = ["stack", "target", "place", ...(hasRollouts ? ["rollout"] : [])];
const hasStacks = new Set(schedules.map(({ stack }) => stack)).size > 1;
const DEFAULT_GROUP = hasRollouts ? "rollout" : hasStacks ? "stack" : "target";
const DEFAULTS = { view: "", scale: "week", group: DEFAULT_GROUP, zone: DEFAULT_ZONE };

/** `day` is null for today, so that the page opens on today whenever it is opened. */
const state = {
  ...DEFAULTS,
  day: null,
  effects: new Set(EFFECTS),
  stack: "",
  target: "",
  place: "",
  result: "",
  text: "",
  noted: false,
};

/** A phone has no space for a month. */
function viewName() {
  const view = state.view || (narrow.matches ? "agenda" : "month");
  return narrow.matches && view === "month" ? "agenda" : view;
}

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const oneOf = (name, values) => (values.includes(given.get(name)) ? given.get(name) : DEFAULTS[name]);
  state.view = oneOf("view", VIEWS);
  state.scale = oneOf("scale", SCALES);
  state.group = oneOf("group", GROUPS);
  state.zone = zoneGiven(given.get("zone"));
  state.day = dayOf(given.get("date"));
  const effects = EFFECTS.filter((effect) => given.get("effect")?.split(",").includes(effect));
  state.effects = new Set(given.has("effect") ? effects : EFFECTS);
  for (const [name, { of }] of Object.entries(SELECTS))
    state[name] = schedules.map(of).find((value) => value === given.get(name)) ?? "";
  state.result = Object.keys(data.results).find((kind) => kind === given.get("result")) ?? "";
  state.text = given.get("text") ?? "";
  state.noted = given.get("attention") === "1";
}

/** A link can name any time zone that the browser knows. */
function zoneGiven(name) {
  if (!name) return DEFAULT_ZONE;
  return name === OWN || !zoneOf(name).isUnknown ? name : DEFAULT_ZONE;
}

function writeHash() {
  const link = new URLSearchParams();
  for (const name of ["view", "scale", "group", "zone"])
    if (state[name] !== DEFAULTS[name]) link.set(name, state[name]);
  if (state.day !== null && state.day !== today()) link.set("date", isoDate(currentDay()));
  if (state.effects.size < EFFECTS.length) link.set("effect", [...state.effects].join());
  for (const name of ["stack", "target", "place", "result", "text"]) if (state[name]) link.set(name, state[name]);
  if (state.noted) link.set("attention", "1");
  const hash = link.size ? `#${link}` : "";
  if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
}
