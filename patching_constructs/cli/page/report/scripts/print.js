// --- Print: the nodes that need attention, on paper --------------------------------------------------

const PRINTED = 500;

function drawPrint() {
  const list = inOrderOf(NODE_COLUMNS, shown.filter(({ status }) => status !== GOOD), "status");
  const columns = nodeColumns();
  const rows = list.slice(0, PRINTED).map((node) => make("tr", {}, ...columns.map((column) => make("td", {}, ...printed(column, node)))));
  const heads = columns.map(({ title }) => make("th", { scope: "col" }, title));
  byId("print").replaceChildren(
    make("h2", {}, ...headline(chosen)),
    make("p", { className: "aside" }, `${countsText(chosen)}. Times in ${zoneTitle(pageZone())}.`),
    make("table", { className: "table" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows)),
    ...(list.length > PRINTED ? [aside(`And ${nodesText(list.length - PRINTED)} more.`)] : []),
  );
}

const printed = ({ id, cell }, node) => (id === "node" ? [node.title, " ", make("small", {}, node.id)] : cell(node));

function preparePrint() {
  const paper = matchMedia("print");
  paper.onchange = () => paper.matches && drawPrint();
  if (paper.matches) drawPrint();
  window.onbeforeprint = drawPrint;
}
