// --- Words about nodes, ages and executions ----------------------------------------------------------

const NONE = "\u2013";
const numberText = (number) => number.toLocaleString("en");
const percentText = (percent) => `${percent}\u202f%`;

/** The nearest whole percentage, half rounded up; 0 only for none, and 100 only for all: `whole_percent` in Python. */
function wholePercent(part, whole) {
  if (part === 0 || part === whole) return part ? 100 : 0;
  return Math.min(99, Math.max(1, Math.floor((200 * part + whole) / (2 * whole))));
}

/** A length of time in one unit: `35 min`, `20 h`, `42 days`. */
function lengthText(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours} h` : counted(Math.round(hours / 24), "day");
}

const agoText = (instant) => `${lengthText(now() - instant)} ago`;
/** For how long something was so when the report was made: nothing is known of the time since. */
const ageText = ({ since, isExact }) => `${isExact ? "" : "\u2265\u00a0"}${lengthText(data.made - since)}`;

/** What a node needs: `3 missing, 1 failed`; for one without evidence, why there is none. */
function needsText(node) {
  if (node.reason) return data.evidence[node.reason].title;
  const critical = node.state?.critical ? ` (${numberText(node.state.critical)} ${data.critical.title.toLowerCase()})` : "";
  return `${[...node.needs].map(([need, count]) => needText(need, count)).join(", ")}${critical}`;
}

function needText(need, count) {
  const title = data.needs[need].title.toLowerCase();
  return need === "reported" ? title : `${numberText(count)} ${title}`;
}

const nodesText = (number) => counted(number, "node");
const groupText = (name) => name ?? "No group";

/** The compliance of nodes as text: `3 non-compliant, 1 no evidence, 20 compliant`. */
function countsText(list) {
  const counts = STATUSES.map((status) => [countOf(list, status), data.statuses[status].title.toLowerCase()]);
  return counts.flatMap(([count, title]) => (count ? [`${numberText(count)} ${title}`] : [])).join(", ");
}
