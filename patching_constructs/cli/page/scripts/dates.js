// --- Clocks and calendars: days are numbered from 1970, wall times are seconds in UTC ----------------

function offsetAt(instant, zone) {
  return zone.offsets.findLast(([from]) => from <= instant)?.[1] ?? zone.offsets[0][1];
}

function wall(instant, zone) {
  return instant + offsetAt(instant, zone);
}

function localDay(instant, zone) {
  return Math.floor(wall(instant, zone) / DAY);
}

/** The instant of a day's midnight on the axis of the timeline. */
function midnight(day) {
  const guess = day * DAY - offsetAt(day * DAY, axis);
  return day * DAY - offsetAt(guess, axis);
}

function calendarDay(day) {
  const date = new Date(day * DAY * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    date: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7,
  };
}

const clamped = (day) => Math.min(Math.max(day, firstDay), lastDay);

/** The first day of the month, that many months later. */
function addMonths(day, count) {
  const { year, month } = calendarDay(day);
  return Date.UTC(year, month + count) / DAY / 1000;
}

/** The same day of another month, or the last that it has. */
function sameDate(day, months) {
  return Math.min(addMonths(day, months) + calendarDay(day).date, addMonths(day, months + 1)) - 1;
}

