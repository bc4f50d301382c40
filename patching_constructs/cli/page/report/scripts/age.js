// --- How old the page is -----------------------------------------------------------------------------

function showAge() {
  byId("made").textContent = momentText(minute(data.made), pageZone());
  const isOld = now() - data.made > data.limit;
  byId("outdated").hidden = !isOld;
  if (isOld) byId("outdated-text").textContent = `This report was made ${agoText(data.made)}. Nodes may have been patched since. Create it again.`;
}
