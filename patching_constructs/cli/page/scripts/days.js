// --- Days, numbered from 1970 ------------------------------------------------------------------------

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function calendarDay(day) {
  const date = new Date(day * DAY * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    date: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7,
  };
}

const today = () => localDay(now(), pageZone());
const isoDate = (day) => new Date(day * DAY * 1000).toISOString().slice(0, 10);

/** The day of an ISO 8601 date; null for any other text. */
function dayOf(text) {
  const day = /^\d{4}-\d\d-\d\d$/.test(text ?? "") ? Date.parse(text) / DAY / 1000 : NaN;
  return Number.isNaN(day) ? null : day;
}
