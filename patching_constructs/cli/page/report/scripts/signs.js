// --- Signs of statuses: the shape and the color mean the same ----------------------------------------

const SYMBOLS = { [BAD]: "nonCompliant", [UNKNOWN]: "noEvidence", [GOOD]: "compliant" };

const mark = (status) => make("span", { className: `mark ${status}`, "aria-hidden": "true" }, icon(SYMBOLS[status]));
const statusElement = (status) => make("span", { className: `status ${status}` }, mark(status), data.statuses[status].title);

/** An instant as a distance, with the date and time where the pointer is, and in the dialogs. */
function momentElement(text, instant) {
  return make("time", { dateTime: new Date(instant * 1000).toISOString(), title: momentText(instant, pageZone()) }, text);
}

/** The sign of a result: a success, a failure, or neither. */
const signOf = ({ result }) => data.results[result].sign;

function resultElement(execution) {
  const { title, explanation, sign } = data.results[execution.result];
  return make("span", { className: `status ${sign}`, title: explanation }, mark(sign), title);
}

/** An age; where the pointer is, since when. */
const ageElement = (age) => momentElement(ageText(age), age.since);

/** The shares of the statuses as a bar; the numbers are beside it as text. */
function bar(list) {
  const parts = STATUSES.toReversed().map((status) => [status, countOf(list, status)]);
  return make("span", { className: "bar", "aria-hidden": "true" }, ...parts.flatMap(barPart));
}

function barPart([status, count]) {
  if (!count) return [];
  const part = make("span", { className: `part ${status}` });
  part.style.setProperty("flex-grow", String(count));
  return [part];
}
