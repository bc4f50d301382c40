// --- Data: schedules and executions ------------------------------------------------------------------

// A maintenance window is open for at most 24 hours.
const LONGEST = DAY;

const schedules = data.schedules.map((schedule, position) => ({
  ...schedule,
  position,
  title: `${schedule.target} \u00b7 ${schedule.operation}`,
  text: [schedule.label, ...Object.values(schedule.facts), schedule.place].join("\n").toLowerCase(),
}));

/** The freezes of schedules between two instants, each once, with the schedules that have it. */
function freezesBetween(list, from, to) {
  const found = new Map();
  for (const schedule of list)
    for (const [start, end, reason] of schedule.freezes) {
      if (start >= to || end <= from) continue;
      const key = [start, end, reason].join();
      if (!found.has(key)) found.set(key, { start, end, reason, schedules: [] });
      found.get(key).schedules.push(schedule);
    }
  return [...found.values()].sort((one, other) => one.start - other.start || one.end - other.end);
}

// The results of past executions, by their places in the list of executions.
const outcomes = new Map(
  data.outcomes.map(([place, kind, reason, isScheduled, started, ended]) => [
    place,
    { kind, reason: data.reasons[reason], isScheduled, started, ended },
  ]),
);

const hasNote = (notes, kind) => notes.some((note) => data.notes[note][0] === kind);

// Until when the last execution of each schedule is open. An execution that is skipped keeps nothing open.
const openUntil = new Map();

/** The end is null where it is unknown how long an execution lasts. `day` and `wall` follow the time zone of the page. */
const executions = data.executions.map(([position, start, ...notes], place) => {
  const schedule = schedules[position];
  const end = schedule.duration === null ? null : start + schedule.duration;
  const execution = {
    schedule,
    start,
    end,
    cutoff: end === null ? null : end - schedule.cutoff,
    isAssumed: hasNote(notes, "assumedStart"),
    isSkipped: hasNote(notes, "stillOpen") && start < (openUntil.get(position) ?? start),
    isFrozen: schedule.freezes.some(([from, to]) => from <= start && start < to),
    notes: notes.map((note) => data.notes[note]),
    result: outcomes.get(place) ?? null,
    day: 0,
    wall: 0,
  };
  if (!execution.isSkipped) openUntil.set(position, end);
  return execution;
});

const isOpen = ({ start, end, isFrozen }, instant) => !isFrozen && end !== null && start <= instant && instant < end;
const isOver = ({ start, end }, instant) => (end ?? start + HOUR) <= instant;
const installs = ({ schedule, isFrozen }) => !isFrozen && ["reboot", "install"].includes(schedule.effect);
const reboots = ({ schedule, isFrozen }) => !isFrozen && ["reboot", "rebootOnly"].includes(schedule.effect);
const isScan = ({ schedule, isFrozen }) => !isFrozen && schedule.effect === "scan";

/** The position of the first execution that starts at an instant or later; a list is in the order of the starts. */
function firstFrom(list, instant) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].start < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The executions that are open, or start, between two instants. */
function between(list, from, to) {
  const near = list.slice(firstFrom(list, from - LONGEST), firstFrom(list, to));
  return near.filter(({ start, end }) => start >= from || (end ?? start) > from);
}
