// --- Data: nodes, patches and windows ----------------------------------------------------------------

const STATUSES = Object.keys(data.statuses);
const NEEDS = Object.keys(data.needs);
const REASONS = Object.keys(data.evidence);
const CRITICAL = "critical";
const CAUSES = [...NEEDS, CRITICAL, ...REASONS];
const [BAD, UNKNOWN, GOOD] = STATUSES;
const textOf = (position) => data.texts[position];

const places = data.places.map(([account, region]) => ({ account, region, title: `${region}, ${account}` }));

const patches = data.patches.map(([id, title, severity, classification, vulnerabilities, released]) => ({
  id,
  title,
  severity,
  classification,
  vulnerabilities,
  released,
  text: `${id}\n${title}\n${vulnerabilities}`.toLowerCase(),
}));

const windows = (data.windows ?? []).map(
  ([id, name, place, isEnabled, schedule, zone, duration, next, executions]) => ({
    id,
    name,
    place: places[place],
    isEnabled,
    schedule,
    zone,
    duration,
    next,
    executions: executions?.map(([result, started, ended, details]) => ({ result, started, ended, details })),
  }),
);

const windowSets = data.windowSets.map(([positions, areAllKnown]) => ({
  windows: positions.map((position) => windows[position]),
  areAllKnown,
}));

/** A patch that a node needs: why, and since when as far as that is known. */
const neededPatch = ([position, need, seen]) => ({
  patch: patches[position],
  need: NEEDS[need],
  age: ageOf(patches[position].released, seen),
});

/** Since when something is so: exactly, or at least since a report that has it; null if unknown. */
function ageOf(exact, seen) {
  const since = exact ?? seen;
  return since === null ? null : { since, isExact: exact !== null };
}

function stateOf(state) {
  if (!state) return null;
  const [ended, operation, baseline, baselineId, rebootOption, installed, critical] = state;
  return {
    ended,
    operation: textOf(operation),
    baseline: [textOf(baseline), textOf(baselineId)].filter(Boolean).join(", "),
    rebootOption: textOf(rebootOption),
    installed,
    critical: critical ?? 0,
  };
}

const nodes = data.nodes.map((given) => {
  const [id, name, place, group, platform, status, reason, needs, oldest, since, ping, lastPing, set, needed, state] = given;
  return {
    id,
    name,
    title: name ?? id,
    place: places[place],
    group: data.groups[group],
    platform: textOf(platform),
    status: STATUSES[status],
    reason,
    needs: new Map(needs.map(([need, count]) => [NEEDS[need], count])),
    oldest: oldest && { since: oldest[0], isExact: oldest[1] },
    age: ageOf(null, since),
    ping: textOf(ping),
    lastPing,
    ...windowSets[set],
    patches: needed?.map(neededPatch) ?? null,
    state: stateOf(state),
    text: [id, name, data.groups[group], textOf(platform), places[place].title].join("\n").toLowerCase(),
  };
});

const hasWindows = data.windows !== null;
const hasHistory = data.history.length > 1;
const isWithoutWindow = (node) => hasWindows && node.areAllKnown && !node.windows.length;
const countOf = (list, status) => list.filter((node) => node.status === status).length;

/** The longest of ages, or null if none of them is known. */
const longest = (ages) => ages.reduce((one, other) => (!other || (one && one.since <= other.since) ? one : other), null);
