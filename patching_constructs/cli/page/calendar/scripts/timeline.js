// --- The timeline ------------------------------------------------------------------------------------

// More bars than this have no labels: they would need a screen for every week.
const MOST_LABELS = 700;
const filler = new IntersectionObserver(
  (seen) => seen.filter((each) => each.isIntersecting).forEach((each) => fill(each.target)),
  { rootMargin: "600px" },
);
const waiting = new WeakMap();

const GROUP_OF = {
  stack: ({ stack }) => stack,
  target: ({ target }) => target,
  place: ({ place, stack }) => place || stack,
  rollout: (schedule) => ringKey(schedule) ?? GROUP_OF[hasStacks ? "stack" : "target"](schedule),
};
const groupOf = (schedule) => GROUP_OF[state.group](schedule);

/** The groups of executions, and of frozen schedules, which can have none. */
function groupsOf(seen, frozenSchedules) {
  const lists = grouped(seen, ({ schedule }) => groupOf(schedule));
  const frozen = grouped(frozenSchedules, groupOf);
  return [...new Set([...lists.keys(), ...frozen.keys()])].map((key) => {
    const list = lists.get(key) ?? [];
    const others = frozen.get(key) ?? [];
    const schedule = list[0]?.schedule ?? others[0];
    const ring = isByRing(schedule) ? schedule.ring : null;
    return { name: ring ? ring.name : key, list, frozen: others, ring, schedule, place: schedule.place };
  });
}

function renderTimeline(seen) {
  const zone = pageZone();
  const [from, to] = unit()
    .span(currentDay())
    .map((day) => midnight(day, zone));
  const ticks = make("div", { className: "ticks", "aria-hidden": "true" });
  const lines = make("div", { className: "grid-lines", "aria-hidden": "true" });
  const rows = make("ol", { className: "groups", onkeydown: moveInTimeline });
  filler.disconnect();
  byId("timeline").replaceChildren(
    timelineKey(zone),
    make("div", { className: "axis" }, ticks),
    make("div", { className: "field" }, lines, rows),
  );
  const hasLabels = seen.filter((execution) => !isScan(execution)).length <= MOST_LABELS;
  const scale = { from, to, zone, width: ticks.clientWidth, hasLabels };
  drawTicks(scale, ticks, lines);
  if (from <= now() && now() < to) drawNow(scale, lines);
  // A group whose schedules are all frozen has no executions.
  const frozen = shownSchedules.filter((schedule) => freezesBetween([schedule], from, to).length);
  rows.append(...rowsOf(groupsOf(seen, frozen).sort(compareGroups), scale));
  fillVisible(rows);
}

/** Add the bars of the visible lanes at once, because a screenshot does not wait for the observer. */
function fillVisible(rows) {
  const isVisible = ({ top, bottom }) => bottom > 0 && top < innerHeight;
  const visible = [...rows.querySelectorAll(".lane")].filter((lane) => isVisible(lane.getBoundingClientRect()));
  visible.forEach(fill);
}

function timelineKey(zone) {
  return make(
    "p",
    { className: "timeline-key" },
    make("span", { className: "sample", "aria-hidden": "true" }),
    make("span", {}, "after the cutoff: no new tasks start"),
    make("span", {}, `times in ${zoneTitle(zone)}`),
  );
}

function drawNow({ from, to, zone }, lines) {
  const text = clockText(minute(now()), zone);
  lines.append(
    placed(make("span", { className: "now" }, make("b", {}, text)), `${((now() - from) / (to - from)) * 100}%`),
  );
}

// --- Groups and lanes ---

function groupRow({ name, list, frozen, ring, schedule }, scale) {
  const scans = list.filter(isScan);
  // The bars of a ring need no labels, because all of them have the same.
  const ofBars = ring ? { ...scale, hasLabels: false } : scale;
  const lanes = lanesOf(linesOf(list.filter((execution) => !isScan(execution))), ofBars);
  const items = lanes.map((boxes) => laneOf(boxes, ofBars, name));
  if (scans.length) items.push(laneOf(scanBoxes(scans, scale), scale, `Scans of ${name}`, "scans"));
  const title = make(ring ? "h4" : "h3", { className: "name" }, name);
  const aside = ring ? ringText(schedule) : countsText(list) || "no executions";
  const label = make("div", { className: "label" }, title, make("p", { className: "aside" }, aside));
  return make(
    "li",
    { className: ring ? "group ring" : "group" },
    label,
    make("div", { className: "lanes" }, ...frozenBands(list, frozen, scale), ...items),
  );
}

/** Grey bands where the schedules of a group are frozen that install or do something else than a scan. */
function frozenBands(list, frozen, scale) {
  const members = [...new Set([...list.map(({ schedule }) => schedule), ...frozen])];
  const others = members.filter(({ effect }) => effect !== "scan");
  return freezesBetween(frozen, scale.from, scale.to)
    .filter(({ start, end }) => (others.length ? others : members).every((each) => isFrozenDuring(each, start, end)))
    .map((freeze) => bandOf(freeze, scale));
}

const isFrozenDuring = ({ freezes }, start, end) => freezes.some(([from, to]) => from <= start && end <= to);

function bandOf(freeze, scale) {
  const [left, right] = edges(freeze, scale);
  const text = freezeText(freeze);
  const band = make("div", { className: "band", title: text, role: "img", "aria-label": text });
  band.append(make("span", { "aria-hidden": "true" }, freeze.reason || "Frozen"));
  band.style.left = `${(left / scale.width) * 100}%`;
  band.style.width = `${((right - left) / scale.width) * 100}%`;
  return band;
}

function laneOf(boxes, scale, name, className = "") {
  const lane = make("div", { className: `lane ${className}`, role: "group", "aria-label": name });
  waiting.set(lane, { boxes, scale });
  filler.observe(lane);
  return lane;
}

/** Add the bars of a lane when it is about to become visible. */
function fill(lane) {
  const known = waiting.get(lane);
  if (!known) return;
  waiting.delete(lane);
  filler.unobserve(lane);
  lane.append(...known.boxes.map((box, place) => barOf(box, known.scale, place)));
}

// --- Bars ---

function barOf({ line, text, left, right, side }, scale, place) {
  const [execution] = line.list;
  const effect = effectOf(line.list);
  const name =
    line.list.length > 1
      ? `${effectTitle(effect)}: ${lineTitle(line)}, ${linesTimes(line.list)}`
      : executionText(execution);
  const element = button(
    `bar ${effect}${pastClass(line.list)}${execution.end === null ? " instant" : ""}`,
    () => openLine(line),
    make("span", { className: `text ${side}` }, text, signsOf(line.list)),
  );
  element.setAttribute("aria-label", name);
  Object.assign(element, { title: name, tabIndex: place ? -1 : 0 });
  element.style.left = `${(left / scale.width) * 100}%`;
  element.style.width = `${((right - left) / scale.width) * 100}%`;
  if (line.list.length === 1 && execution.end !== null && right - left > 2 * SMALLEST_BAR)
    element.style.setProperty("--cutoff", cutoffShare(execution, scale));
  return element;
}

function linesTimes(list) {
  const [first, last] = [list[0], list.at(-1)];
  const from = `${dateText(first.day)}, ${timesText(first)}`;
  return first.start === last.start ? from : `${from} to ${dateText(last.day)}, ${timesText(last)}`;
}

/** The share of the visible bar that is after the cutoff. */
function cutoffShare(execution, { from, to }) {
  const [start, end] = [Math.max(execution.start, from), Math.min(execution.end, to)];
  return `${(Math.max(0, end - Math.max(execution.cutoff, start)) / (end - start)) * 100}%`;
}

// --- The keyboard ---

function moveInTimeline(event) {
  const lane = event.target.closest(".lane");
  if (!lane) return;
  const bars = [...lane.children];
  const lanes = [...byId("timeline").querySelectorAll(".lane")];
  const beside = (way) => bars[bars.indexOf(event.target) + way];
  const above = (way) => barNear(lanes[lanes.indexOf(lane) + way], event.target);
  const goals = {
    ArrowLeft: () => beside(-1),
    ArrowRight: () => beside(1),
    ArrowUp: () => above(-1),
    ArrowDown: () => above(1),
  };
  if (!(event.key in goals)) return;
  event.preventDefault();
  const goal = goals[event.key]();
  if (goal) focusBar(goal);
}

function barNear(lane, bar) {
  if (!lane) return undefined;
  fill(lane);
  const distance = (each) => Math.abs(parseFloat(each.style.left) - parseFloat(bar.style.left));
  return [...lane.children].sort((one, other) => distance(one) - distance(other))[0];
}

function focusBar(bar) {
  for (const each of bar.parentElement.children) each.tabIndex = each === bar ? 0 : -1;
  bar.focus();
}
