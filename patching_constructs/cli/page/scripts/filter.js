// --- The filter --------------------------------------------------------------------------------------

function filter() {
  const query = byId("search")?.value.trim().toLowerCase() ?? "";
  for (const schedule of schedules) {
    schedule.entry.hidden = !schedule.text.includes(query);
    schedule.shown = schedule.box.checked && !schedule.entry.hidden;
  }
  const onlyNoted = byId("only-noted")?.checked;
  shown = executions.filter((execution) => execution.schedule.shown && (!onlyNoted || execution.notes.length));
  const visible = schedules.filter((schedule) => schedule.shown).length;
  byId("status").textContent =
    `${visible} of ${counted(schedules.length, "schedule")} shown, ${counted(shown.length, "execution")}`;
  render();
}

/** Check or clear the schedules that the search lists. */
function checkAll(checked) {
  for (const { box, entry } of schedules) if (!entry.hidden) box.checked = checked;
  filter();
}

