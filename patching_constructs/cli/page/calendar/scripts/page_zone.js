// --- The time zone of the page -----------------------------------------------------------------------

const OWN = "own";
const READERS = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const DEFAULT_ZONE = data.zone ?? READERS;

/** The time zone of what is not about one schedule: today, the timeline, the range. */
function pageZone() {
  if (state.zone !== OWN) return zoneOf(state.zone);
  const names = new Set(schedules.map((schedule) => schedule.zone));
  return zoneOf(names.size === 1 ? [...names][0] : READERS);
}

const zoneFor = (execution) => (state.zone === OWN ? zoneOf(execution.schedule.zone) : pageZone());

/** Give every execution its day and its wall time in the time zone of the page. */
function applyZone() {
  for (const execution of executions) {
    execution.wall = wall(execution.start, zoneFor(execution));
    execution.day = Math.floor(execution.wall / DAY);
  }
}
