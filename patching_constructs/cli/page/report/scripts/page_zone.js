// --- The time zone of the page -----------------------------------------------------------------------

const READERS = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const DEFAULT_ZONE = data.zone ?? READERS;
const pageZone = () => zoneOf(state.zone);

function showZones() {
  const names = [...new Set([DEFAULT_ZONE, READERS, "UTC", ...windows.map(({ zone }) => zone).filter(Boolean).sort(), state.zone])];
  const options = names.map((name) => make("option", { value: name }, name === READERS && name !== data.zone ? `${name} (yours)` : name));
  byId("zone").replaceChildren(...options);
  byId("zone").value = state.zone;
}
