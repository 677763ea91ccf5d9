// Counts times on (`<time data-counts>`), and shows what time it is in a chosen zone.
const language = document.documentElement.lang;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function ago(seconds) {
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= 1.5 * length) ?? ["second", 1];
  return relative.format(Math.round(seconds / length), unit);
}

function count() {
  for (const time of document.querySelectorAll("time[data-counts]")) {
    const seconds = Math.round((Date.parse(time.dateTime) - Date.now()) / 1000);
    const text = ago(seconds);
    if (time.textContent !== text) time.textContent = text;
  }
}

function tick(clock, select) {
  const zone = select.value || "UTC";
  try {
    clock.textContent = new Intl.DateTimeFormat(language, {
      timeZone: zone, weekday: "long", hour: "2-digit", minute: "2-digit",
    }).format();
  } catch {
    clock.textContent = ""; // a zone that this browser does not know
  }
}

export function clocks() {
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const input of document.querySelectorAll("input[data-guess-zone]")) input.value = guess;
  for (const select of document.querySelectorAll("select[data-guess-zone]")) {
    const untouched = select.value === "UTC" || select.value === "";
    if (untouched && [...select.options].some((option) => option.value === guess)) select.value = guess;
  }
  for (const clock of document.querySelectorAll("[data-clock-of]")) {
    const select = document.getElementById(clock.dataset.clockOf);
    tick(clock, select);
    select.addEventListener("change", () => tick(clock, select));
    setInterval(() => tick(clock, select), 5000);
  }
  count();
  setInterval(count, 1000);
}
