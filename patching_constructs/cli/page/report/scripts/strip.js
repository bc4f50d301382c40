// --- The strip on top: the fleet at a glance ---------------------------------------------------------

const LINES_OF_A_CARD = 6;

function renderStrip() {
  byId("strip").replaceChildren(
    complianceCard(chosen),
    causesCard(chosen),
    oldestCard(chosen),
    trendCard(),
    windowsCard(chosen),
  );
}

/** A line with a sign, a text and a number, which leads to what it counts. */
function cardLine(status, text, value, onclick) {
  const what = make("span", { className: "what" }, text);
  return make("li", {}, button("plain", onclick, mark(status), what, make("span", { className: "number" }, value)));
}

const linesElement = (lines) => make("ul", { className: "lines" }, ...lines);

// --- Reasons ---

function causesCard(list) {
  if (!list.length) return card("causes", "Reasons", figure(NONE));
  const counts = CAUSES.map((cause) => [cause, list.filter((node) => hasCause(node, cause)).length]);
  const found = counts.filter(([, count]) => count).sort(([, one], [, other]) => other - one);
  if (!found.length) return card("causes", "Reasons", figure("None"), aside("No node needs attention."));
  const lines = found.slice(0, LINES_OF_A_CARD).map(([cause, count]) => causeLine(cause, count));
  return card("causes", "Reasons", linesElement(lines));
}

function causeLine(cause, count) {
  const status = cause in data.evidence ? UNKNOWN : BAD;
  return cardLine(status, causeTitle(cause), nodesText(count), () => showNodes({ cause }));
}

// --- The oldest patch ---

function oldestCard(list) {
  if (!list.length) return card("oldest", "Oldest needed patch", figure(NONE));
  const found = list.filter(({ needs }) => needs.size);
  if (!found.length) return card("oldest", "Oldest needed patch", figure("None"), aside("No node needs a patch."));
  const oldest = longest(found.map((node) => node.oldest));
  if (oldest === null) return card("oldest", "Oldest needed patch", figure("Unknown"), aside(...historyHint(RELEASES)));
  const patch = found.flatMap((node) => node.patches ?? []).find(({ age }) => age?.since === oldest.since)?.patch;
  return card("oldest", "Oldest needed patch", figure(ageElement(oldest)), ...oldestLines(found, patch));
}

const RELEASES = "Release dates are read only for patches of Windows Server.";

function oldestLines(list, patch) {
  const unknown = list.filter(({ oldest }) => oldest === null).length;
  const without = unknown ? [aside(`Age unknown on ${nodesText(unknown)}.`)] : [];
  if (!patch) return without;
  const number = list.filter((node) => needsPatch(node, patch)).length;
  return [
    aside(make("span", { className: "name" }, button("link", () => showPatch(patch), patch.id)), ` on ${nodesText(number)}`),
    ...without,
  ];
}

const needsPatch = (node, patch) => node.patches?.some((each) => each.patch === patch) ?? false;

// --- Windows ---

function windowsCard(list) {
  if (!hasWindows) return card("windows", "Next window", figure("Unknown"), aside("A resource data sync has no windows."));
  const found = [...new Set(list.flatMap((node) => node.windows))];
  const lines = linesElement([...unsuccessfulLine(found), ...withoutWindowLine(list)]);
  return card("windows", "Next window", ...nextLines(found), lines);
}

function nextLines(list) {
  const upcoming = list.filter(({ next }) => next !== null && next >= now()).sort((one, other) => one.next - other.next);
  if (!upcoming.length) return [figure("None known")];
  const [{ next, name }] = upcoming;
  const more = upcoming.filter((each) => each.next === next).length - 1;
  const zone = pageZone();
  return [
    figure(nearDateText(localDay(next, zone)), " ", timeElement(clockText(next, zone), next, zone)),
    aside(`${distanceText(next)}: `, make("span", { className: "name" }, name), more ? ` and ${more} more` : ""),
  ];
}

function unsuccessfulLine(list) {
  const failed = list.filter(({ executions }) => executions?.length && signOf(executions[0]) === BAD);
  if (!failed.length) return [];
  return [cardLine(BAD, "Last execution unsuccessful", counted(failed.length, "window"), () => select("windows"))];
}

function withoutWindowLine(list) {
  const number = list.filter(isWithoutWindow).length;
  return number ? [cardLine(UNKNOWN, "In no window", nodesText(number), () => showNodes({ window: NO_WINDOW }))] : [];
}
