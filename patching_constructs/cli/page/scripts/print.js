// --- Print: an agenda of the period on paper ---------------------------------------------------------

function drawPrint() {
  const name = unitName() === "agenda" ? "agenda" : unitName();
  const [first, next] = units[name].span(currentDay());
  const zone = pageZone();
  const list = between(shown, midnight(first, zone) - DAY, midnight(next, zone) + DAY).filter(({ day }) => day >= first && day < next);
  byId("print").replaceChildren(
    make("h2", {}, units[name].title(currentDay())),
    make("p", { className: "aside" }, `Times in ${state.zone === OWN ? "the time zone of each schedule" : zoneTitle(zone)}`),
    agendaOf(list, first, next),
  );
}

function preparePrint() {
  const paper = matchMedia("print");
  paper.onchange = () => paper.matches && drawPrint();
  if (paper.matches) drawPrint();
  window.onbeforeprint = drawPrint;
}
