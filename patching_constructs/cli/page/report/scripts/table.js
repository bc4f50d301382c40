// --- Tables: sorted by any column, a page at a time --------------------------------------------------

const ROWS = 100;

/**
 * Draw the rows of a view. A column has an id, a title, `value` to sort by (a number, a text, or null for what is unknown and
 * comes last), `cell` with the content, and `isLargeFirst` if a reader looks for large values. The first column names the row.
 */
function drawTable(view, columns, rows, order) {
  const focused = document.activeElement?.id;
  const sorted = inOrderOf(columns, rows, state.order || order);
  state.start = Math.min(state.start, Math.max(0, Math.ceil(sorted.length / ROWS) - 1) * ROWS);
  const page = sorted.slice(state.start, state.start + ROWS);
  if (!rows.length) return byId(view).replaceChildren();
  const table = make("table", { className: "table rows" }, head(columns, state.order || order), body(columns, page));
  byId(view).replaceChildren(make("div", { className: "scroll" }, table), ...pager(sorted.length));
  // What had the keyboard focus is drawn anew.
  if (focused) byId(focused)?.focus();
}

function inOrderOf(columns, rows, order) {
  const { value } = columns.find(({ id }) => id === order.replace("-", "")) ?? columns[0];
  const way = order.startsWith("-") ? -1 : 1;
  const keyed = rows.map((row) => [value(row), row]);
  return keyed.sort(([one], [other]) => compare(one, other, way)).map(([, row]) => row);
}

function compare(one, other, way) {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return way * (typeof one === "number" ? one - other : inOrder(one, other));
}

function head(columns, order) {
  return make("thead", {}, make("tr", {}, ...columns.map((column) => headCell(column, order))));
}

function headCell({ id, title, className = "", isLargeFirst = false }, order) {
  const direction = { [id]: "ascending", [`-${id}`]: "descending" }[order];
  const [first, second] = isLargeFirst ? [`-${id}`, id] : [id, `-${id}`];
  const sort = button("sort", () => sortBy(order === first ? second : first), title, icon("sorted"));
  sort.id = `sort-${id}`;
  const cell = make("th", { scope: "col", className }, sort);
  if (direction) cell.setAttribute("aria-sort", direction);
  return cell;
}

function sortBy(order) {
  Object.assign(state, { order, start: 0 });
  render();
}

function body(columns, rows) {
  return make("tbody", {}, ...rows.map((row) => make("tr", {}, ...columns.map((column, place) => cellOf(column, row, place)))));
}

function cellOf({ cell, className = "" }, row, place) {
  return make(place ? "td" : "th", place ? { className } : { className, scope: "row" }, ...cell(row));
}

function pager(total) {
  if (total <= ROWS) return [];
  const last = Math.min(state.start + ROWS, total);
  const text = `${numberText(state.start + 1)}\u2013${numberText(last)} of ${numberText(total)}`;
  return [
    make(
      "nav",
      { className: "pager", "aria-label": "Pages" },
      turnButton("back", "Previous", "previous", -ROWS, state.start > 0),
      make("span", { role: "status" }, text),
      turnButton("forth", "Next", "next", ROWS, last < total),
    ),
  ];
}

function turnButton(id, name, symbol, step, isPossible) {
  const turn = button("quiet square", () => isPossible && turnTo(state.start + step), icon(symbol));
  turn.id = id;
  turn.setAttribute("aria-label", `${name} ${ROWS} rows`);
  // A disabled button would lose the keyboard focus.
  turn.setAttribute("aria-disabled", String(!isPossible));
  return turn;
}

function turnTo(start) {
  state.start = start;
  render();
  byId("tabs").scrollIntoView({ block: "start" });
}

/** A table of texts that is not sorted. */
function simpleTable(heads, rows, label) {
  const head = make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text))));
  const lines = rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, ...[cell].flat()))));
  return scrolling(make("table", { className: "table" }, head, make("tbody", {}, ...lines)), label);
}

/** What is wider than the screen scrolls on its own, with the keyboard too. */
const scrolling = (table, label) => make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": label }, table);
