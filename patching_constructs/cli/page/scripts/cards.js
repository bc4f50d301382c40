// --- Cards of the strip on top -----------------------------------------------------------------------

function card(id, title, ...children) {
  const heading = make("h2", { id: `card-title-${id}` }, title);
  return make("section", { className: `card card-${id}`, "aria-labelledby": `card-title-${id}` }, heading, ...children);
}

const figure = (...children) => make("p", { className: "figure" }, ...children);
const aside = (...children) => make("p", { className: "aside" }, ...children);
