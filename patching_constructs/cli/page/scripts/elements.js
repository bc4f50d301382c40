// --- Elements ----------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function tinted(element, schedule) {
  element.style.setProperty("--hue", schedule.hue.toFixed(1));
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

function sign(kind) {
  const { title } = data.kinds[kind];
  return make(
    "span",
    { className: `sign ${kind}`, title },
    icon(kind),
    make("span", { className: "hidden" }, title.toLowerCase()),
  );
}

function signs(kinds) {
  return make("span", { className: "signs" }, ...kinds.flatMap((kind) => [sign(kind), " "]));
}

function swatch(schedule) {
  return tinted(make("span", { className: "swatch", "aria-hidden": "true" }, schedule.initials), schedule);
}

/** A schedule that installs nothing is drawn as an outline. */
function classes(name, schedule) {
  return schedule.installs ? name : `${name} outlined`;
}

/** An execution as a button; the style sheet shows more details where they fit. */
function chip(execution, { tabIndex = 0, back = null } = {}) {
  const { schedule } = execution;
  const button = make(
    "button",
    {
      type: "button",
      className: classes("chip", schedule),
      tabIndex,
      title: executionText(execution),
      onclick: () => showExecution(execution, back),
    },
    swatch(schedule),
    make(
      "span",
      { className: "time" },
      startText(execution),
      make("span", { className: "until" }, `\u2013${endText(execution)}`),
    ),
    " ",
    make("span", { className: "name" }, schedule.short),
    " ",
    make("span", { className: "words" }, `${schedule.operation} \u00b7 ${schedule.zone.name}`),
    " ",
    signs(kindsOf([execution])),
  );
  return tinted(button, schedule);
}

function chips(list, most, { tabIndex = 0, title }) {
  const few = list.length > most ? list.slice(0, most - 1) : list;
  const items = few.map((execution) => make("li", {}, chip(execution, { tabIndex })));
  if (few.length < list.length) {
    const more = { type: "button", className: "link more", tabIndex, onclick: () => showList(title, list) };
    const others = list.slice(few.length);
    items.push(
      make("li", {}, make("button", more, `+${others.length.toLocaleString("en")} more `, signs(kindsOf(others)))),
    );
  }
  return make("ul", { className: "chips" }, ...items);
}

