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
