// --- Print: the nodes that need attention, on paper --------------------------------------------------

const PRINTED = 500;

function drawPrint() {
  const list = inOrderOf(NODE_COLUMNS, shown.filter(({ status }) => status !== GOOD), "status");
  const columns = nodeColumns();
  const heads = columns.map(({ title, className = "" }) => make("th", { scope: "col", className }, title));
  byId("print").replaceChildren(
    make("h2", {}, ...headline(chosen)),
    make("p", { className: "aside" }, `${countsText(chosen)}. Times in ${zoneTitle(pageZone())}.`),
    make(
      "table",
      { className: "table" },
      make("thead", {}, make("tr", {}, ...heads)),
      make("tbody", {}, ...list.slice(0, PRINTED).map((node) => make("tr", {}, ...columns.map((column) => printed(column, node))))),
    ),
    ...(list.length > PRINTED ? [aside(`And ${nodesText(list.length - PRINTED)} more.`)] : []),
  );
}

function printed({ id, cell, className = "" }, node) {
  const name = node.name === null ? [node.id] : twoLines(node.name, node.id);
  return make("td", { className }, ...(id === "node" ? name : cell(node)));
}

function preparePrint() {
  const paper = matchMedia("print");
  paper.onchange = () => paper.matches && drawPrint();
  if (paper.matches) drawPrint();
  window.onbeforeprint = drawPrint;
}
