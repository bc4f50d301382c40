// --- The view ----------------------------------------------------------------------------------------

const RENDERERS = { nodes: renderNodes, groups: renderGroups, patches: renderPatches, windows: renderWindows };

function render() {
  const view = viewName();
  showTab(view);
  RENDERERS[view]();
  const text = emptyText(view);
  byId("empty").hidden = !text;
  byId("empty").textContent = text;
  writeHash();
}

/** What is not in the view, and why. */
function emptyText(view) {
  if (view === "windows" && !hasWindows) return "A resource data sync has no maintenance windows. Read them live, with --region.";
  if (!nodes.length) return "No managed nodes were found.";
  if (!shown.length) return "No node matches the filters.";
  if (view === "patches") return patchesText();
  return view === "windows" && !windows.length ? "There are no maintenance windows." : "";
}

function patchesText() {
  const unlisted = shown.filter(isUnlisted).length;
  if (unlisted) return `The patches of ${nodesText(unlisted)} were not read and are not listed.`;
  return shown.some(({ patches: listed }) => listed?.length) ? "" : "No node needs a patch.";
}

function select(view) {
  Object.assign(state, { view, order: "", start: 0 });
  render();
}
