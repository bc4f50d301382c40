// --- The axis of the timeline ------------------------------------------------------------------------

function drawTicks(scale, ticks, lines) {
  for (const [instant, text] of tickTexts(scale)) {
    const left = `${((instant - scale.from) / (scale.to - scale.from)) * 100}%`;
    ticks.append(placed(make("span", {}, text), left));
    lines.append(placed(make("span", {}), left));
  }
}

function placed(element, left) {
  element.style.left = left;
  return element;
}

function tickTexts({ from, to, width, zone }) {
  const days = Math.round((to - from) / DAY);
  const first = localDay(from, zone);
  if (days <= 1) return hourTicks(from, to, width, zone);
  if (days <= 62) return dayTicks(first, days, width / days, zone);
  return monthTicks(first, first + days, (width / days) * 30, zone);
}

function hourTicks(from, to, width, zone) {
  const step = (width > 560 ? 2 : 6) * HOUR;
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, place) => [
    from + place * step,
    clockText(from + place * step, zone),
  ]);
}

function dayTicks(first, count, width, zone) {
  const step = Math.ceil(26 / width);
  const days = Array.from({ length: Math.ceil(count / step) }, (_, place) => first + place * step);
  return days.map((day) => {
    const { date, month, weekday } = calendarDay(day);
    const text =
      width >= 46
        ? `${WEEKDAYS[weekday].slice(0, 3)} ${date}`
        : date === 1 && width * step > 44
          ? `1 ${MONTHS[month].slice(0, 3)}`
          : String(date);
    return [midnight(day, zone), text];
  });
}

function monthTicks(first, end, width, zone) {
  const step = Math.ceil(58 / width);
  const ticks = [];
  for (let day = addMonths(first, 0); day < end; day = addMonths(day, step)) {
    if (day >= first)
      ticks.push([midnight(day, zone), `${MONTHS[calendarDay(day).month].slice(0, 3)} ${calendarDay(day).year}`]);
  }
  return ticks;
}
