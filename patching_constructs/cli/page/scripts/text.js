// --- Words -------------------------------------------------------------------------------------------

function clockText(instant, zone) {
  const text = new Date(wall(instant, zone) * 1000).toISOString().slice(11, 19);
  return text.endsWith(":00") ? text.slice(0, 5) : text;
}

function dateText(day, { long = false, weekday = true } = {}) {
  const { year, month, date, weekday: number } = calendarDay(day);
  const cut = (name) => (long ? name : name.slice(0, 3));
  return `${weekday ? `${cut(WEEKDAYS[number])} ` : ""}${date} ${cut(MONTHS[month])} ${year}`;
}

function momentText(instant, zone) {
  return `${dateText(localDay(instant, zone))}, ${clockText(instant, zone)}`;
}

function offsetText(instant, zone) {
  const minutes = Math.abs(offsetAt(instant, zone)) / 60;
  const padded = (number) => String(Math.floor(number)).padStart(2, "0");
  return `UTC${offsetAt(instant, zone) < 0 ? "\u2212" : "+"}${padded(minutes / 60)}:${padded(minutes % 60)}`;
}

const monthText = (day) => `${MONTHS[calendarDay(day).month]} ${calendarDay(day).year}`;
const rangeText = (from, to) => `${dateText(from, { weekday: false })} \u2013 ${dateText(to, { weekday: false })}`;
const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const startText = (execution) => clockText(execution.start, execution.schedule.zone);
const endText = (execution) => clockText(execution.end, execution.schedule.zone);
const kindsOf = (list) => [...new Set(list.flatMap((execution) => execution.notes.map(([kind]) => kind)))];
const kindsText = (list) =>
  kindsOf(list)
    .map((kind) => `, ${data.kinds[kind].title.toLowerCase()}`)
    .join("");

function executionText(execution) {
  const { name, zone } = execution.schedule;
  return `${name}, ${dateText(execution.day)}, ${startText(execution)} to ${endText(execution)} ${zone.name}${kindsText([execution])}`;
}

