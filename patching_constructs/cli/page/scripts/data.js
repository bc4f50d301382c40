// Draws the month view and the timeline from the data in the page. The script loads and stores nothing, and inserts
// values as text only: a name in a template can contain anything.

const HOUR = 3600;
const DAY = 24 * HOUR;
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
const CHIPS_OF_A_DAY = 4;
const ENTRIES_OF_A_DAY = 8;
const SMALLEST_BAR = 6;
const SMALLEST_HATCHED = 12;
const WIDTH_OF_SIGN = 13;

const byId = (id) => document.getElementById(id);

// --- Data --------------------------------------------------------------------------------------------

const data = JSON.parse(byId("data").textContent);
const axis = data.zones[data.axis];
const entries = [...document.querySelectorAll("[data-schedule]")];

const schedules = data.schedules.map((schedule, place) => ({
  ...schedule,
  place,
  zone: data.zones[schedule.zone],
  // The golden angle keeps the colors of neighbors far apart.
  hue: (255 + place * 137.508) % 360,
  entry: entries[place],
  box: entries[place].querySelector("input"),
  text: entries[place].textContent.toLowerCase(),
}));

const executions = data.executions.map(([place, start, ...notes]) => {
  const schedule = schedules[place];
  const end = start + schedule.duration;
  return {
    schedule,
    start,
    end,
    cutoff: end - schedule.cutoff,
    wall: wall(start, schedule.zone),
    day: localDay(start, schedule.zone),
    notes: notes.map((note) => data.notes[note]),
  };
});

const firstDay = Math.min(...data.zones.map((zone) => localDay(data.after, zone)));
const lastDay = Math.max(...data.zones.map((zone) => localDay(Math.max(data.until - 1, data.after), zone)));
const state = { view: "month", scale: "week", day: executions[0]?.day ?? firstDay };
let shown = executions;

