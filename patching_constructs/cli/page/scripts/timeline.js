// --- The timeline ------------------------------------------------------------------------------------

const filler = new IntersectionObserver(
  (seen) => seen.filter((each) => each.isIntersecting).forEach((each) => fill(each.target)),
  { rootMargin: "600px" },
);
const bars = new WeakMap();

function renderTimeline(seen) {
  const [from, to] = unit().span(state.day).map(midnight);
  const rows = [...Map.groupBy(seen, (execution) => execution.schedule)].sort(([one], [other]) => one.place - other.place);
  const ticks = make("div", { className: "ticks", "aria-hidden": "true" });
  const lines = make("div", { className: "lines", "aria-hidden": "true" });
  const list = make(
    "ol",
    { className: "rows", onkeydown: moveInTimeline },
    ...rows.map(([schedule]) => rowOf(schedule)),
  );
  filler.disconnect();
  byId("timeline").replaceChildren(
    timelineKey(),
    make("div", { className: "axis" }, ticks),
    make("div", { className: "field" }, lines, list),
  );
  const scale = { from, to, width: ticks.clientWidth };
  drawTicks(scale, ticks, lines);
  rows.forEach(([, mine], place) => {
    bars.set(list.children[place], { scale, list: mine });
    filler.observe(list.children[place]);
  });
}

function timelineKey() {
  const sample = make("span", { className: "sample", "aria-hidden": "true" });
  return make(
    "p",
    { className: "timeline-key" },
    sample,
    make("span", {}, "after the cutoff: no new tasks start"),
    make("span", {}, `times in ${axis.name}`),
  );
}

function rowOf(schedule) {
  const title = make(
    "span",
    { className: "title" },
    make("span", { className: "name", title: schedule.name }, schedule.short),
  );
  if (data.zones.length > 1) title.append(make("span", { className: "words" }, schedule.zone.name));
  const label = make("div", { className: "label" }, swatch(schedule), title);
  return tinted(
    make(
      "li",
      { className: "row" },
      label,
      make("div", { className: "track", role: "group", "aria-label": schedule.name }),
    ),
    schedule,
  );
}

/** Add the bars of a row when it is about to become visible. */
function fill(row) {
  const known = bars.get(row);
  if (!known) return;
  bars.delete(row);
  filler.unobserve(row);
  row
    .querySelector(".track")
    .append(...boxesOf(known.list, known.scale).map((box, place) => barOf(box, known.scale, place)));
}

/** Place executions side by side; executions that would cover each other share a box. */
function boxesOf(list, { from, to, width }) {
  const boxes = [];
  const pixels = (instant) => ((Math.min(Math.max(instant, from), to) - from) / (to - from)) * width;
  for (const execution of list) {
    const left = Math.min(pixels(execution.start), width - SMALLEST_BAR);
    const right = Math.max(pixels(execution.end), left + SMALLEST_BAR);
    const last = boxes.at(-1);
    if (last && left < last.right - 0.5) {
      last.list.push(execution);
      last.right = Math.max(last.right, right);
    } else boxes.push({ left, right, list: [execution] });
  }
  return boxes;
}

function barOf(box, scale, place) {
  const [execution] = box.list;
  const many = box.list.length > 1;
  const name = many ? listText(box.list) : executionText(execution);
  const className = classes(many ? "bar many" : "bar", execution.schedule);
  const bar = make("button", { type: "button", className, "aria-label": name, title: name, tabIndex: place ? -1 : 0 });
  bar.onclick = () => (many ? showList(execution.schedule.name, box.list) : showExecution(execution));
  const width = box.right - box.left;
  bar.style.left = `${(box.left / scale.width) * 100}%`;
  bar.style.width = `${(width / scale.width) * 100}%`;
  if (!many && width >= SMALLEST_HATCHED) bar.style.setProperty("--cutoff", cutoffShare(execution, scale));
  const text = many ? `${box.list.length}\u00d7` : startText(execution);
  if (width > 12 + 8 * text.length) bar.append(make("span", { className: "time" }, text));
  const kinds = kindsOf(box.list).slice(0, Math.max(1, width / WIDTH_OF_SIGN));
  if (kinds.length) bar.append(signs(kinds));
  return bar;
}

function listText(list) {
  const [first, last] = [list[0].day, list.at(-1).day];
  const days = first === last ? dateText(first) : `${dateText(first)} to ${dateText(last)}`;
  return `${list[0].schedule.name}, ${counted(list.length, "execution")}, ${days}${kindsText(list)}`;
}

/** The share of the visible bar that is after the cutoff. */
function cutoffShare(execution, { from, to }) {
  const [start, end] = [Math.max(execution.start, from), Math.min(execution.end, to)];
  return `${(Math.max(0, end - Math.max(execution.cutoff, start)) / (end - start)) * 100}%`;
}

function moveInTimeline(event) {
  const row = event.target.closest(".row");
  const near = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const goal = near
    ? event.target.parentElement.children[[...event.target.parentElement.children].indexOf(event.target) + near]
    : event.key === "ArrowUp"
      ? barNear(row.previousElementSibling, event.target)
      : event.key === "ArrowDown"
        ? barNear(row.nextElementSibling, event.target)
        : null;
  if (goal === null) return;
  event.preventDefault();
  if (goal) focusBar(goal);
}

function barNear(row, bar) {
  if (!row) return undefined;
  fill(row);
  const distance = (each) => Math.abs(parseFloat(each.style.left) - parseFloat(bar.style.left));
  return [...row.querySelectorAll(".bar")].sort((one, other) => distance(one) - distance(other))[0];
}

function focusBar(bar) {
  for (const each of bar.parentElement.children) each.tabIndex = each === bar ? 0 : -1;
  bar.focus();
}

