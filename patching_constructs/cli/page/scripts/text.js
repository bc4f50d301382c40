// --- Words --------------------------------------------------------------------------------------------

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
const startText = (opening) => clockText(opening.start, opening.schedule.zone);
const endText = (opening) => clockText(opening.end, opening.schedule.zone);
const marksOf = (list) => [...new Set(list.flatMap((opening) => opening.notes.map(([mark]) => mark)))];
const marksText = (list) =>
  marksOf(list)
    .map((mark) => `, ${data.marks[mark].title.toLowerCase()}`)
    .join("");

function openingText(opening) {
  const { name, zone } = opening.schedule;
  return `${name}, ${dateText(opening.day)}, ${startText(opening)} to ${endText(opening)} ${zone.name}${marksText([opening])}`;
}

