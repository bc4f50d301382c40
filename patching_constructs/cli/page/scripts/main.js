// --- Start -------------------------------------------------------------------------------------------

function listen() {
  byId("back").onclick = () => turn(-1);
  byId("forth").onclick = () => turn(1);
  byId("month-tab").onclick = () => select("month");
  byId("timeline-tab").onclick = () => select("timeline");
  document.querySelector("[role=tablist]").onkeydown = moveInTabs;
  byId("scale").onchange = (event) => {
    state.scale = event.target.value;
    render();
  };
  byId("panel").onchange = filter;
  byId("search")?.addEventListener("input", filter);
  byId("show-all")?.addEventListener("click", () => checkAll(true));
  byId("hide-all")?.addEventListener("click", () => checkAll(false));
  byId("theme-toggle").onclick = toggleTheme;
  byId("close-dialog").onclick = () => dialog.close();
  dialog.onclick = (event) => event.target === dialog && dialog.close();
  systemIsDark.onchange = showTheme;
  agenda.onchange = render;
  window.onresize = () => state.view === "timeline" && render();
  window.onbeforeprint = () => document.querySelectorAll(".row").forEach(fill);
}

root.classList.add("script");
if (matchMedia("(max-width: 62rem)").matches)
  for (const each of document.querySelectorAll(".panel, .notice")) each.open = false;
schedules.forEach((schedule) => tinted(schedule.entry, schedule));
listen();
showTheme();
filter();
