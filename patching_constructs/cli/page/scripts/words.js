// --- Words -------------------------------------------------------------------------------------------

function clockText(instant, zone) {
  const text = new Date(wall(instant, zone) * 1000).toISOString().slice(11, 19);
  return text.endsWith(":00") ? text.slice(0, 5) : text;
}

const minute = (instant) => instant - (instant % 60);

function dateText(day, { long = false, weekday = true, year: hasYear = true } = {}) {
  const { year, month, date, weekday: number } = calendarDay(day);
  const cut = (name) => (long ? name : name.slice(0, 3));
  return `${weekday ? `${cut(WEEKDAYS[number])} ` : ""}${date} ${cut(MONTHS[month])}${hasYear ? ` ${year}` : ""}`;
}

/** A day as people call it, if it is near. */
function nearDateText(day) {
  const near = { 0: "Today", 1: "Tomorrow" }[day - today()];
  return near ?? dateText(day, { year: Math.abs(day - today()) > 180 });
}

function momentText(instant, zone) {
  return `${dateText(localDay(instant, zone))}, ${clockText(instant, zone)} ${abbreviation(instant, zone)}`;
}

function offsetText(instant, zone) {
  const minutes = Math.abs(offsetAt(instant, zone)) / 60;
  const padded = (number) => String(Math.floor(number)).padStart(2, "0");
  return `UTC${offsetAt(instant, zone) < 0 ? "\u2212" : "+"}${padded(minutes / 60)}:${padded(minutes % 60)}`;
}

function distanceText(instant) {
  const minutes = Math.max(1, Math.round((instant - now()) / 60));
  if (minutes < 60) return `in ${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `in ${hours} h` : `in ${Math.round(hours / 24)} days`;
}

const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const listed = (texts) => [...new Set(texts)].join(", ");
const zoneTitle = (zone) => (zone.isUnknown ? "UTC, because this browser does not know the time zone" : zone.name);
