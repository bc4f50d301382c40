// --- Print: an agenda of the period on paper ---------------------------------------------------------

function drawPrint() {
  const [first, next] = unit().span(currentDay());
  const zoneText = state.zone === OWN ? "the time zone of each schedule" : zoneTitle(pageZone());
  byId("print").replaceChildren(
    make("h2", {}, unit().title(currentDay())),
    make("p", { className: "aside" }, `Times in ${zoneText}`),
    agendaOf(startingIn(first, next), first, next),
  );
}

function preparePrint() {
  const paper = matchMedia("print");
  paper.onchange = () => paper.matches && drawPrint();
  if (paper.matches) drawPrint();
  window.onbeforeprint = drawPrint;
}
