// --- The dialog --------------------------------------------------------------------------------------

const dialog = byId("dialog");

function fillDialog(title, back, ...body) {
  byId("dialog-title").textContent = title;
  byId("dialog-body").replaceChildren(...body);
  byId("return").hidden = !back;
  byId("return").onclick = back;
  if (!dialog.open) dialog.showModal();
  byId("dialog-body").scrollTop = 0;
  byId("dialog-title").focus();
}

/** The details of what the dialog shows: a term and a text each. */
function factList(facts) {
  const rows = Object.entries(facts).map(([term, fact]) =>
    make("div", {}, make("dt", {}, term), make("dd", {}, fact)),
  );
  return make("dl", {}, ...rows);
}

/** Whether the keyboard is in the dialog or in one of the parts: what is drawn anew would lose it. */
function isInUse(...parts) {
  return dialog.open || parts.some((part) => byId(part).contains(document.activeElement));
}
