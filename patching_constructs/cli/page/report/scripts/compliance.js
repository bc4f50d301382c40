// --- The first card: whether the nodes are compliant -------------------------------------------------

function complianceCard(list) {
  return card("compliance", "Compliance", figure(...headline(list)), bar(list), legend(list), ...scopeAside(list));
}

/** The worst that is so: nodes that need something, nodes without evidence, or that all are compliant. */
function headline(list) {
  if (!list.length) return [nodes.length ? "No node matches the filters" : "No nodes"];
  const status = STATUSES.find((each) => countOf(list, each));
  const count = countOf(list, status);
  const verb = status === UNKNOWN ? (count === 1 ? "has" : "have") : count === 1 ? "is" : "are";
  const words = make("span", { className: "whole" }, `${verb} ${data.statuses[status].title.toLowerCase()}`);
  return [mark(status), " ", `${numberOf(count, list.length)} `, words];
}

function numberOf(count, all) {
  if (count < all) return `${numberText(count)} of ${nodesText(all)}`;
  return all === 1 ? "The node" : `All ${nodesText(all)}`;
}

function legend(list) {
  const items = STATUSES.toReversed().map((status) =>
    make("li", { className: countOf(list, status) ? "" : "zero" }, legendButton(list, status)),
  );
  return make("ul", { className: "legend" }, ...items);
}

function legendButton(list, status) {
  const count = countOf(list, status);
  const share = list.length ? percentText(wholePercent(count, list.length)) : NONE;
  return button(
    "plain",
    () => showNodes({ statuses: [status] }),
    make("span", { className: "what" }, mark(status), " ", data.statuses[status].title),
    make("span", {}, make("span", { className: "number" }, numberText(count)), " ", make("small", {}, share)),
  );
}

/** What the numbers are about, where that is not the whole fleet. */
function scopeAside(list) {
  if (list.length < nodes.length) return [aside(`Of the ${nodesText(list.length)} that match the filters.`)];
  return data.isComplete ? [] : [aside("Of what could be read.")];
}
