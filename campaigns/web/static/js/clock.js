// Counts times on (`<time data-counts>`), and shows what time it is in a chosen zone.
// Whatever knows languages and zones is made when it is needed: it takes a phone longer than the rest of this.
const language = document.documentElement.lang;
let relative = null;
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function ago(seconds) {
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= 1.5 * length) ?? ["second", 1];
  relative ??= new Intl.RelativeTimeFormat(language, { numeric: "always" });
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

function guessZone(field) {
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (field.localName === "input") field.value = guess;
  else if (["UTC", ""].includes(field.value) && [...field.options].some((option) => option.value === guess)) {
    field.value = guess;
  }
}

export function clocks() {
  document.querySelectorAll("[data-guess-zone]").forEach(guessZone);
  for (const clock of document.querySelectorAll("[data-clock-of]")) {
    const select = document.getElementById(clock.dataset.clockOf);
    tick(clock, select);
    select.addEventListener("change", () => tick(clock, select));
    setInterval(() => tick(clock, select), 5000);
  }
  count();
  setInterval(count, 1000);
}
