// --- The frame: what every page has ------------------------------------------------------------------

function listenToFrame() {
  for (const view of VIEWS) byId(`${view}-tab`).onclick = () => select(view);
  byId("tabs").onkeydown = moveInTabs;
  byId("theme-toggle").onclick = toggleTheme;
  byId("print-button").onclick = () => window.print();
  byId("close-dialog").onclick = () => dialog.close();
  dialog.onclick = (event) => event.target === dialog && dialog.close();
  systemIsDark.onchange = showTheme;
}

function showFrame() {
  root.classList.add("script");
  showTheme();
}
