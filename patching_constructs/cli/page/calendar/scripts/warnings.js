// --- What needs attention: every warning once --------------------------------------------------------

const FIRST_WARNINGS = 8;
const MOST_WARNINGS = 200;

/** The warnings with the executions that have them. Two windows that overlap are one warning. */
function warningsOf(list) {
  const found = new Map();
  for (const execution of list) {
    for (const note of execution.notes) {
      const [, , , isRest] = note;
      if (isRest) continue;
      const key = warningKey(execution.schedule, note);
      if (found.has(key)) found.get(key).list.push(execution);
      else found.set(key, { note, schedule: execution.schedule, list: [execution] });
    }
  }
  return [...found.values()];
}

function warningKey(schedule, [kind, text, other]) {
  if (other === null) return [kind, schedule.position, text].join();
  return [kind, Math.min(schedule.position, other), Math.max(schedule.position, other)].join();
}

function drawWarnings() {
  const byKind = grouped(warningsOf(executions), ({ note: [kind] }) => kind);
  const differing = Object.keys(data.zones).filter(hasOtherRules);
  const sections = Object.keys(data.kinds).map((kind) => warningsOfKind(kind, byKind.get(kind)));
  const failures = failuresByKind();
  const failed = [...failures].map(([kind, groups]) => failuresOfKind(kind, groups));
  byId("warnings").append(...failed, ...differing.map(zoneWarning), ...sections);
  const listed = [...failures.values(), ...byKind.values()].flat().length;
  const number = listed + differing.length + data.unknown + data.withoutResults;
  byId("warning-count").textContent = counted(number, "warning");
  byId("warning-link").hidden = !number;
  byId("attention").hidden = !number;
}

/** Whether the offset of a time zone is another in the browser, whose time zone database can be older or newer. */
function hasOtherRules(name) {
  const zone = zoneOf(name);
  return !zone.isUnknown && data.zones[name].some(([instant, offset]) => offsetAt(instant, zone) !== offset);
}

function zoneWarning(name) {
  const text = `This browser has other rules for ${name} than the program that made this page.`;
  return make(
    "section",
    { className: "warning" },
    icon("alert"),
    make("h3", {}, "Time zone"),
    make("p", {}, `${text} Times in this time zone can be wrong.`),
  );
}

function warningsOfKind(kind, list) {
  const { title, explanation } = data.kinds[kind];
  const items = list.slice(0, MOST_WARNINGS).map((warning) => make("li", {}, ...warningText(warning)));
  return make(
    "section",
    { className: "warning" },
    sign(kind),
    make("h3", {}, title),
    make("p", { className: "aside" }, explanation),
    make("ul", {}, ...items.slice(0, FIRST_WARNINGS)),
    list.length > FIRST_WARNINGS ? moreWarnings(items.slice(FIRST_WARNINGS), list.length) : null,
  );
}

function moreWarnings(items, number) {
  const left = number - MOST_WARNINGS;
  const text = `And ${left.toLocaleString("en")} more. The filter \u201cNeeds attention\u201d finds their executions.`;
  return make(
    "details",
    {},
    make("summary", {}, `${(number - FIRST_WARNINGS).toLocaleString("en")} more`),
    make("ul", {}, ...items),
    left > 0 ? make("p", { className: "aside" }, text) : null,
  );
}

function warningText({ note: [, text, other], schedule, list }) {
  const next = list.find((execution) => execution.start > now()) ?? list.at(-1);
  const when = button("link", () => showExecution(next), momentText(next.start, zoneFor(next)));
  const pair = [schedule.position, ...(other === null ? [] : [other])].sort((one, another) => one - another);
  const both = pair.map((position) => schedules[position].label).join(" and ");
  // Both windows of an overlap have it, each in executions of its own.
  const times = Math.max(...[...grouped(list, (execution) => execution.schedule).values()].map((own) => own.length));
  const name = make("span", { className: "name" }, both);
  const reason = other === null ? `: ${text}` : " are open at the same time and can select the same nodes";
  return [name, `${reason} \u00b7 ${times > 1 ? `${counted(times, "time")}, next ` : ""}`, when];
}
