// --- Elements -----------------------------------------------------------------------------------------

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

function sign(mark) {
  const { title } = data.marks[mark];
  return make(
    "span",
    { className: `sign ${mark}`, title },
    icon(mark),
    make("span", { className: "hidden" }, title.toLowerCase()),
  );
}

function signs(marks) {
  return make("span", { className: "signs" }, ...marks.flatMap((mark) => [sign(mark), " "]));
}

function swatch(schedule) {
  return tinted(make("span", { className: "swatch", "aria-hidden": "true" }, schedule.initials), schedule);
}

/** What installs nothing is drawn as an outline. */
function classes(name, schedule) {
  return schedule.harmless ? `${name} harmless` : name;
}

/** An opening as a button; the style sheet shows more of it where there is room. */
function chip(opening, { tabIndex = 0, back = null } = {}) {
  const { schedule } = opening;
  const button = make(
    "button",
    {
      type: "button",
      className: classes("chip", schedule),
      tabIndex,
      title: openingText(opening),
      onclick: () => showOpening(opening, back),
    },
    swatch(schedule),
    make(
      "span",
      { className: "time" },
      startText(opening),
      make("span", { className: "until" }, `\u2013${endText(opening)}`),
    ),
    " ",
    make("span", { className: "name" }, schedule.short),
    " ",
    make("span", { className: "words" }, `${schedule.operation} \u00b7 ${schedule.zone.name}`),
    " ",
    signs(marksOf([opening])),
  );
  return tinted(button, schedule);
}

function chips(list, most, { tabIndex = 0, title }) {
  const few = list.length > most ? list.slice(0, most - 1) : list;
  const items = few.map((opening) => make("li", {}, chip(opening, { tabIndex })));
  if (few.length < list.length) {
    const more = { type: "button", className: "link more", tabIndex, onclick: () => showList(title, list) };
    const others = list.slice(few.length);
    items.push(
      make("li", {}, make("button", more, `+${others.length.toLocaleString("en")} more `, signs(marksOf(others)))),
    );
  }
  return make("ul", { className: "chips" }, ...items);
}

