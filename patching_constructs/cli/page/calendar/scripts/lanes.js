// --- The lanes of the timeline: bars that do not cover each other ------------------------------------

const SMALLEST_BAR = 6;
const GAP = 4;
const PADDING = 14;
const WIDTH_OF_SIGN = 15;
const measure = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** The width of a label in pixels, in the font of the page. */
function widthOf(text) {
  if (!widths.has(text)) {
    measure.font = `500 12px ${getComputedStyle(root).fontFamily}`;
    widths.set(text, measure.measureText(text).width);
  }
  return widths.get(text);
}

/** Place bars with their labels into as few lanes as possible, in the order of their starts. */
function lanesOf(lines, scale) {
  const lanes = [];
  for (const box of lines.map((line) => boxOf(line, scale)).sort((one, other) => one.from - other.from)) {
    const lane = lanes.find((each) => each.end + GAP <= box.from);
    if (lane) Object.assign(lane, { end: box.to, boxes: [...lane.boxes, box] });
    else lanes.push({ end: box.to, boxes: [box] });
  }
  return lanes.map(({ boxes }) => boxes);
}

/** A bar in pixels, and the space that it needs with its label: inside, after or before it. */
function boxOf(line, scale) {
  const [left, right] = edges(line.list[0], scale);
  const text = scale.hasLabels ? lineTitle(line) : "";
  const label = text ? widthOf(text) + PADDING + WIDTH_OF_SIGN * kindsOf(line.list).length : 0;
  if (label <= right - left) return { line, text, left, right, from: left, to: right, side: "inside" };
  if (right + label <= scale.width) return { line, text, left, right, from: left, to: right + label, side: "after" };
  return { line, text, left, right, from: left - label, to: right, side: "before" };
}

function edges({ start, end }, { from, to, width }) {
  const pixels = (instant) => ((Math.min(Math.max(instant, from), to) - from) / (to - from)) * width;
  const left = Math.min(pixels(start), width - SMALLEST_BAR);
  return [left, Math.max(pixels(end ?? start), left + SMALLEST_BAR)];
}

/** Scans in one lane: those that would cover each other share a bar. */
function scanBoxes(list, scale) {
  const boxes = [];
  for (const execution of list) {
    const [left, right] = edges(execution, scale);
    const last = boxes.at(-1);
    if (last && left < last.right) {
      last.line.list.push(execution);
      last.right = Math.max(last.right, right);
    } else boxes.push({ line: { list: [execution], isFold: false }, text: "", left, right, side: "inside" });
  }
  for (const box of boxes) box.line.isFold = box.line.list.length > 1;
  return boxes;
}
