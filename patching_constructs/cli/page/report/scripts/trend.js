// --- The trend: how many nodes were compliant in earlier reports -------------------------------------

const WIDTH = 200;
const HEIGHT = 48;

/** The reports, without those of no nodes, which have no share. */
const points = data.history
  .map(([instant, compliant, bad, unknown]) => ({
    instant,
    counts: { [GOOD]: compliant, [BAD]: bad, [UNKNOWN]: unknown },
    total: compliant + bad + unknown,
  }))
  .filter(({ total }) => total);
const shareOf = ({ counts, total }) => counts[GOOD] / total;
const percentOf = ({ counts, total }) => wholePercent(counts[GOOD], total);

function trendCard() {
  if (!nodes.length) return card("trend", "Trend", figure(NONE));
  if (points.length < 2) return card("trend", "Trend", figure("Unknown"), aside(...historyHint("Systems Manager has no history.")));
  const [first, last] = [points[0], points.at(-1)];
  return card(
    "trend",
    "Trend",
    figure(changeText(percentOf(last) - percentOf(first))),
    aside(`Compliant: ${percentText(percentOf(first))} on ${dateText(localDay(first.instant, pageZone()))}, now ${percentText(percentOf(last))}`),
    ...(isFiltered() ? [aside("Of the whole fleet.")] : []),
    button("chart", showTrend, hiddenText(`All ${counted(points.length, "report")}`), chart()),
  );
}

/** Where earlier reports are named. */
const historyHint = (text) => [`${text} Name earlier JSON reports with `, make("code", { className: "whole" }, "--history"), "."];

/** The difference of the percentages that are shown. */
function changeText(number) {
  if (!number) return "Unchanged";
  return `${number > 0 ? "+" : "\u2212"}${counted(Math.abs(number), "point")}`;
}

function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** The share of compliant nodes over time, from 0 to 100 %. */
function chart() {
  const from = points[0].instant;
  const span = points.at(-1).instant - from || 1;
  const places = points.map((point) => [((point.instant - from) / span) * WIDTH, (1 - shareOf(point)) * HEIGHT]);
  const line = places.map((place) => place.map((number) => number.toFixed(1)).join()).join(" ");
  return svg(
    "svg",
    { viewBox: `-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`, class: "trend", "aria-hidden": "true", preserveAspectRatio: "none" },
    svg("path", { class: "ground", d: `M0 0H${WIDTH} M0 ${HEIGHT}H${WIDTH}` }),
    svg("polygon", { class: "area", points: `0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}` }),
    svg("polyline", { class: "share", points: line }),
  );
}

function showTrend() {
  const heads = ["Report", ...STATUSES.toReversed().map((status) => data.statuses[status].title), "Share"];
  const rows = points.toReversed().map((point) => [
    momentText(minute(point.instant), pageZone()),
    ...STATUSES.toReversed().map((status) => numberText(point.counts[status])),
    percentText(percentOf(point)),
  ]);
  fillDialog("Trend", null, simpleTable(heads, rows, "Reports"));
}
