// --- Time zones: the browser's own database, read once for every zone --------------------------------

// A month starts before the range, and a window ends after it.
const MARGIN = 45 * DAY;
// Locales that have abbreviations for the zones of their countries.
const LOCALES = ["en-GB", "en-US", "en-AU", "en-NZ", "en-IN", "en-ZA"];
const zones = new Map();
const UTC = { name: "UTC", changes: [[-Infinity, 0]], abbreviations: new Map([[0, "UTC"]]) };
zones.set("UTC", UTC);

/** A time zone with the instants at which its offset from UTC changes; one that the browser does not know is UTC. */
function zoneOf(name) {
  if (!zones.has(name)) zones.set(name, readZone(name) ?? { ...UTC, isUnknown: true });
  return zones.get(name);
}

function readZone(name) {
  try {
    const offsets = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    const from = Math.min(data.after, now()) - MARGIN;
    const to = Math.max(data.until, now()) + MARGIN;
    return { name, changes: [...changesOf(offsets, from, to)], abbreviations: new Map() };
  } catch {
    return null;
  }
}

function* changesOf(format, from, to) {
  let offset = offsetBy(format, from);
  yield [-Infinity, offset];
  for (let start = from; start < to; start += 7 * DAY) {
    const next = offsetBy(format, start + 7 * DAY);
    if (next !== offset) yield [changeBetween(format, start, start + 7 * DAY), next];
    offset = next;
  }
}

/** The first second with the new offset. */
function changeBetween(format, from, to) {
  const before = offsetBy(format, from);
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (offsetBy(format, middle) === before) from = middle;
    else to = middle;
  }
  return to;
}

/** `GMT+05:30` in seconds. */
function offsetBy(format, instant) {
  const { value } = format.formatToParts(instant * 1000).find(({ type }) => type === "timeZoneName");
  const [, sign, hours, minutes = 0] = value.match(/([+-])(\d+):?(\d+)?/) ?? [null, "+", 0, 0];
  return (sign === "-" ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * 60);
}

function offsetAt(instant, { changes }) {
  for (let place = changes.length - 1; ; place -= 1) if (changes[place][0] <= instant) return changes[place][1];
}

const wall = (instant, zone) => instant + offsetAt(instant, zone);
const localDay = (instant, zone) => Math.floor(wall(instant, zone) / DAY);

/** The instant of a day's midnight. */
function midnight(day, zone) {
  const guess = day * DAY - offsetAt(day * DAY, zone);
  return day * DAY - offsetAt(guess, zone);
}

/** The abbreviation of a zone at an instant, such as CET, or its offset where it has none. */
function abbreviation(instant, zone) {
  const offset = offsetAt(instant, zone);
  if (!zone.abbreviations.has(offset)) zone.abbreviations.set(offset, abbreviationBy(instant, zone));
  return zone.abbreviations.get(offset);
}

function abbreviationBy(instant, { name }) {
  const texts = LOCALES.map((locale) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: "short" });
    return format.formatToParts(instant * 1000).find(({ type }) => type === "timeZoneName").value;
  });
  const found = texts.find((text) => !/^GMT[+-]/.test(text)) ?? texts[0];
  return found.replace("GMT", found === "GMT" ? "GMT" : "UTC").replace("-", "\u2212");
}
