// --- Elements ----------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const hiddenText = (text) => make("span", { className: "hidden" }, text);

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

/** The sign of an effect: its shape and its color mean what happens to the nodes. */
function mark(effect) {
  return make("span", { className: `mark ${effect}`, "aria-hidden": "true" }, icon(effect));
}

/** The sign of a kind of notes. */
function sign(kind) {
  const { title } = data.kinds[kind];
  return make("span", { className: `sign ${kind}`, title }, icon(kind), hiddenText(title.toLowerCase()));
}

const signs = (kinds) => make("span", { className: "signs" }, ...kinds.flatMap((kind) => [sign(kind), " "]));

/** A time with its zone beside it. */
function timeElement(text, instant, zone) {
  return make(
    "span",
    { className: "time" },
    text,
    " ",
    make("small", { title: zoneTitle(zone) }, abbreviation(instant, zone)),
  );
}

function button(className, onclick, ...children) {
  return make("button", { type: "button", className, onclick }, ...children);
}
