// --- Rollouts: a group of the timeline for each ring, in the order of the rings ----------------------

const hasRollouts = schedules.some(({ ring }) => ring);

/** What the schedules of a ring have in common; null where a schedule belongs to no rollout. */
const ringKey = ({ ring, place }) => (ring ? [place, ring.rollout, ring.name].join("\n") : null);

const isByRing = ({ ring }) => state.group === "rollout" && Boolean(ring);
const ringTitle = ({ ring }) => `${ring.rollout}: ${ring.name}`;
const places = new Set(schedules.map(({ place }) => place));

/** Rollouts first, by their names, with their rings in order; then all other groups by their names. */
function compareGroups(one, other) {
  const [first, second] = [one, other].map(({ ring }) => ring);
  if (!first || !second) return first ? -1 : second ? 1 : one.name.localeCompare(other.name, "en");
  return (
    `${one.place} ${first.rollout}`.localeCompare(`${other.place} ${second.rollout}`, "en") ||
    first.days - second.days ||
    (one.list[0]?.start ?? 0) - (other.list[0]?.start ?? 0)
  );
}

function rolloutRow({ ring, place }) {
  const title = make("h3", { className: "name" }, ring.rollout);
  const where = places.size > 1 ? `Rollout in ${place}` : "Rollout";
  return make("li", { className: "rollout" }, title, make("p", { className: "aside" }, where));
}

/** What a ring runs, and when: ``web · Install, 11 days after``, without a target that is called as the ring. */
function ringText({ title, target, operation, ring: { name, days } }) {
  const what = target === name ? operation : title;
  return `${what}, ${days ? `${counted(days, "day")} after` : "on the dates of the schedule"}`;
}

/** The rows of the groups, with a row for each rollout before its first ring. */
function rowsOf(groups, scale) {
  return groups.flatMap((group, position) => {
    const before = groups[position - 1];
    const isFirst = group.ring && (before?.ring?.rollout !== group.ring.rollout || before.place !== group.place);
    return isFirst ? [rolloutRow(group), groupRow(group, scale)] : [groupRow(group, scale)];
  });
}
