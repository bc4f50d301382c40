// --- Cells of tables ---------------------------------------------------------------------------------

const unknownCell = (text = NONE) => [make("span", { className: "aside" }, text)];
const numberCell = (number) => (number ? [numberText(number)] : unknownCell());
const ageCell = (age) => (age ? [ageElement(age)] : unknownCell("unknown"));
const twoLines = (text, detail) => [make("span", {}, text), make("small", { className: "where" }, detail)];

function namedButton(title, detail, onclick) {
  const name = make("span", { className: "what" }, title);
  const more = detail ? [make("small", { className: "where" }, detail)] : [];
  return button("plain", onclick, make("span", {}, name, ...more));
}

/** The last execution of windows with its result, and how many others were unsuccessful. */
function executionCell(list) {
  const ran = list.filter(({ executions }) => executions?.length);
  if (!ran.length) return unknownCell(list.some(({ executions }) => executions === undefined) ? "unknown" : "none");
  const window = ran.reduce((one, other) => (other.executions[0].started > one.executions[0].started ? other : one));
  const failed = ran.filter(({ executions }) => signOf(executions[0]) === BAD);
  const isHidden = failed.length > 0 && !failed.includes(window);
  const others = make("span", { className: `status ${BAD}` }, mark(BAD), `${failed.length} of ${ran.length} unsuccessful`);
  return [...resultOf(window.executions[0]), ...(isHidden ? [" ", others] : [])];
}

function resultOf(execution) {
  const when = momentElement(agoText(execution.started), execution.started);
  return [resultElement(execution), " ", make("small", { className: "whole" }, when)];
}

/** The next execution of windows. What was next when the report was made can be over. */
function nextCell(list) {
  const starts = list.map(({ next }) => next).filter((next) => next !== null && next >= now());
  if (!starts.length) return unknownCell("none known");
  const next = Math.min(...starts);
  return [momentElement(`${nearDateText(localDay(next, pageZone()))} ${clockText(next, pageZone())}`, next)];
}

const nextOf = (list) => {
  const starts = list.map(({ next }) => next).filter((next) => next !== null);
  return starts.length ? Math.min(...starts) : null;
};
