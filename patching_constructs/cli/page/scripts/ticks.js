// --- The axis of the timeline ------------------------------------------------------------------------

function drawTicks(scale, ticks, lines) {
  for (const [instant, text] of tickTexts(scale)) {
    const left = `${((instant - scale.from) / (scale.to - scale.from)) * 100}%`;
    ticks.append(Object.assign(make("span", {}, text), { style: `left: ${left}` }));
    lines.append(Object.assign(make("span", {}), { style: `left: ${left}` }));
  }
}

function tickTexts({ from, to, width }) {
  const days = Math.round((to - from) / DAY);
  const first = localDay(from, axis);
  if (days <= 1) return hourTicks(from, to, width);
  if (days <= 62) return dayTicks(first, days, width / days);
  return monthTicks(first, first + days, (width / days) * 30);
}

function hourTicks(from, to, width) {
  const step = (width > 560 ? 2 : 6) * HOUR;
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, place) => [
    from + place * step,
    clockText(from + place * step, axis),
  ]);
}

function dayTicks(first, count, width) {
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
    return [midnight(day), text];
  });
}

function monthTicks(first, end, width) {
  const step = Math.ceil(58 / width);
  const ticks = [];
  for (let day = addMonths(first, 0); day < end; day = addMonths(day, step)) {
    if (day >= first)
      ticks.push([midnight(day), `${MONTHS[calendarDay(day).month].slice(0, 3)} ${calendarDay(day).year}`]);
  }
  return ticks;
}

