// --- Words about executions --------------------------------------------------------------------------

/** The time of a start. An assumed start has no seconds, and a sign that it is not exact. */
function startText({ start, isAssumed }, zone) {
  return isAssumed ? `~${clockText(minute(start), zone)}` : clockText(start, zone);
}

const monthText = (day) => `${MONTHS[calendarDay(day).month]} ${calendarDay(day).year}`;
const rangeText = (from, to) => `${dateText(from, { weekday: false })} \u2013 ${dateText(to, { weekday: false })}`;
const kindsOf = (list) => [...new Set(list.flatMap((execution) => execution.notes.map(([kind]) => kind)))];

/** The end where it is known: `22:00-02:00 CET`. */
function timesText(execution) {
  const zone = zoneFor(execution);
  const until = execution.end === null ? "" : `\u2013${clockText(execution.end, zone)}`;
  return `${startText(execution, zone)}${until} ${abbreviation(execution.start, zone)}`;
}

function executionText(execution) {
  const effect = execution.isFrozen ? "suppressed by a freeze" : data.effects[execution.schedule.effect].title;
  const kinds = kindsOf([execution]).map((kind) => `, ${data.kinds[kind].title.toLowerCase()}`);
  const { title, label } = execution.schedule;
  return `${title}, ${dateText(execution.day)}, ${timesText(execution)}, ${effect}${resultText(execution)}${kinds.join("")}, ${label}`;
}

/** A freeze in words: `Frozen from Fri 18 Dec 2026, 00:00 CET to Mon 4 Jan 2027, 00:00 CET: Christmas`. */
function freezeText({ start, end, reason }) {
  if (!reason) return "Frozen: executions are suppressed";
  const zone = pageZone();
  return `Frozen from ${momentText(start, zone)} to ${momentText(end, zone)}: ${reason}`;
}

/** How many executions of each effect there are: `3 installs with reboot, 12 scans`. */
function countsText(list) {
  const active = list.filter((execution) => !execution.isFrozen);
  const number = (effect) => active.filter(({ schedule }) => schedule.effect === effect).length;
  const counts = [
    [number("reboot"), (count) => `${counted(count, "install")} with reboot`],
    [number("install"), (count) => `${counted(count, "install")} without reboot`],
    [number("rebootOnly"), (count) => `${counted(count, "reboot")} without install`],
    [number("other"), (count) => counted(count, "other execution")],
    [number("scan"), (count) => counted(count, "scan")],
    [list.length - active.length, (count) => `${count.toLocaleString("en")} suppressed by a freeze`],
  ];
  return counts.flatMap(([count, text]) => (count ? [text(count)] : [])).join(", ");
}
