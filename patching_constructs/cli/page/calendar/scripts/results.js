// --- The results of past executions --------------------------------------------------------------------

const resultWords = ({ kind }) => data.results[kind];

/** The sign of a result: a success, a failure, or neither. */
function resultSign(result) {
  const { title, tone } = resultWords(result);
  return make("span", { className: `sign result ${tone}`, title }, icon(tone), hiddenText(title.toLowerCase()));
}

/** The signs of the results of executions, each once, and then those of their notes. */
function signsOf(list) {
  const results = new Map(list.flatMap(({ result }) => (result ? [[result.kind, result]] : [])));
  const found = [...[...results.values()].map(resultSign), ...kindsOf(list).map(sign)];
  return make("span", { className: "signs" }, ...found.flatMap((each) => [each, " "]));
}

const hasSigns = (list) => list.some(({ result, notes }) => result || notes.length);

/** The class of a line whose executions have one result; past executions without one are grey. */
function pastClass(list) {
  const toneOf = ({ result }) => (result ? resultWords(result).tone : "");
  const isPast = (execution) => isOver(execution, now()) || !["", "running"].includes(toneOf(execution));
  if (!list.every(isPast)) return "";
  const tones = new Set(list.map(toneOf));
  const [tone] = tones;
  return tones.size === 1 && tone ? ` past ${tone}` : " past";
}

const resultText = ({ result }) => (result ? `, ${resultWords(result).title.toLowerCase()}` : "");

/** The result in the dialog, with the reason, and when the execution ran. */
function resultOf({ result }) {
  if (!result) return [];
  const { title, explanation } = resultWords(result);
  const texts = [explanation, ...(result.reason ? [`Reason: ${result.reason}.`] : []), ...ranTexts(result)];
  if (!result.isScheduled) texts.push("The template has no execution at this time.");
  const paragraphs = texts.map((text) => make("p", {}, text));
  return [make("section", { className: "note" }, resultSign(result), make("div", {}, make("h3", {}, title), ...paragraphs))];
}

function ranTexts({ started, ended }) {
  if (started === null) return [];
  const zone = pageZone();
  return [`Ran from ${momentText(started, zone)}${ended === null ? "" : ` to ${momentText(ended, zone)}`}.`];
}

// --- Failures, in what needs attention ---

/** The failures of each schedule with one reason, by their result. */
function failuresByKind() {
  const failed = executions.filter(({ result }) => result && resultWords(result).tone === "bad");
  const byKind = grouped(failed, ({ result }) => result.kind);
  return new Map(
    [...byKind].map(([kind, list]) => [
      kind,
      [...grouped(list, ({ schedule, result }) => [schedule.position, result.reason].join()).values()],
    ]),
  );
}

function failuresOfKind(kind, groups) {
  const { title, explanation } = data.results[kind];
  const items = groups.slice(0, MOST_WARNINGS).map((list) => make("li", {}, ...failureText(list)));
  return make(
    "section",
    { className: "warning" },
    resultSign({ kind }),
    make("h3", {}, title),
    make("p", { className: "aside" }, explanation),
    make("ul", {}, ...items.slice(0, FIRST_WARNINGS)),
    groups.length > FIRST_WARNINGS ? moreWarnings(items.slice(FIRST_WARNINGS), groups.length) : null,
  );
}

function failureText(list) {
  const last = list.at(-1);
  const when = button("link", () => showExecution(last), momentText(last.start, zoneFor(last)));
  const name = make("span", { className: "name" }, last.schedule.label);
  const reason = last.result.reason ? `: ${last.result.reason}` : "";
  return [name, `${reason} \u00b7 ${list.length > 1 ? `${counted(list.length, "time")}, last ` : ""}`, when];
}
