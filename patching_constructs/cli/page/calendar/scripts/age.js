// --- How old the page is -----------------------------------------------------------------------------

const OLD = 31 * DAY;

function showAge() {
  const zone = pageZone();
  byId("made").textContent = momentText(minute(data.made), zone);
  byId("covers").textContent = momentText(minute(data.complete), zone);
  const text = outdatedText();
  byId("outdated").hidden = !text;
  byId("outdated-text").textContent = text ?? "";
}

function outdatedText() {
  if (now() >= data.complete)
    return `This calendar ended on ${momentText(data.complete, pageZone())}. Create it again.`;
  if (now() - data.made > OLD) {
    const days = Math.floor((now() - data.made) / DAY);
    return `This calendar was created ${days} days ago. If the schedules have changed since, it is wrong. Create it again.`;
  }
  return null;
}
