// --- Signs of effects and notes ----------------------------------------------------------------------

/** The sign of an effect: its shape and its color mean what happens to the nodes. */
function mark(effect) {
  return make("span", { className: `mark ${effect}`, "aria-hidden": "true" }, icon(effect));
}

/** The sign of a kind of notes. */
function sign(kind) {
  const { title } = data.kinds[kind];
  return make("span", { className: `sign ${kind}`, title }, icon(kind), hiddenText(title.toLowerCase()));
}
