// --- Tabs: the page has VIEWS, viewName() and select(view) --------------------------------------------

function showTab(view) {
  for (const name of VIEWS) {
    const tab = byId(`${name}-tab`);
    byId(name).hidden = name !== view;
    tab.setAttribute("aria-selected", String(name === view));
    tab.tabIndex = name === view ? 0 : -1;
  }
}

function moveInTabs(event) {
  const names = VIEWS.filter((name) => byId(`${name}-tab`).checkVisibility());
  const place = names.indexOf(viewName());
  const goals = {
    ArrowLeft: names.at(place - 1),
    ArrowRight: names[(place + 1) % names.length],
    Home: names[0],
    End: names.at(-1),
  };
  if (!(event.key in goals)) return;
  event.preventDefault();
  select(goals[event.key]);
  byId(`${viewName()}-tab`).focus();
}
