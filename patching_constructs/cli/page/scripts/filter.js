// --- The filter ---------------------------------------------------------------------------------------

function filter() {
  const query = byId("search")?.value.trim().toLowerCase() ?? "";
  for (const schedule of schedules) {
    schedule.entry.hidden = !schedule.text.includes(query);
    schedule.shown = schedule.box.checked && !schedule.entry.hidden;
  }
  const onlyMarked = byId("only-marked")?.checked;
  shown = openings.filter((opening) => opening.schedule.shown && (!onlyMarked || opening.notes.length));
  const visible = schedules.filter((schedule) => schedule.shown).length;
  byId("status").textContent =
    `${visible} of ${counted(schedules.length, "schedule")} shown, ${counted(shown.length, "opening")}`;
  render();
}

/** Check or clear the schedules that the search lists. */
function checkAll(checked) {
  for (const { box, entry } of schedules) if (!entry.hidden) box.checked = checked;
  filter();
}

