// --- Days and months of the calendar -----------------------------------------------------------------

const firstDay = () => localDay(data.after, pageZone());
const lastDay = () => localDay(Math.max(data.until - 1, data.after), pageZone());
const clamped = (day) => Math.min(Math.max(day, firstDay()), lastDay());
const currentDay = () => clamped(state.day ?? today());
const mondayOf = (day) => day - calendarDay(day).weekday;

/** The first day of the month, that many months later. */
function addMonths(day, count) {
  const { year, month } = calendarDay(day);
  return Date.UTC(year, month + count) / DAY / 1000;
}

/** The same day of another month, or the last that it has. */
function sameDate(day, months) {
  return Math.min(addMonths(day, months) + calendarDay(day).date, addMonths(day, months + 1)) - 1;
}
