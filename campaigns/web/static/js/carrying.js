// A post carried by keys: where it would land is said aloud, shown in a bar below, and marked in the table.
import { announce } from "./announce.js";

const language = document.documentElement.lang;
let carrying = null;

export const carried = () => carrying !== null;

export function carry(entry, words, drop) {
  const day = entry.closest("[data-day]").dataset.day;
  const wall = new Date(`${day}T${entry.dataset.at}Z`); // counted as if in UTC: no clock change gets in the way
  carrying = { entry, wall, words, drop, vertical: entry.closest(".week") ? 3600e3 : 7 * 86400e3 };
  entry.classList.add("lifted");
  say(words.lifted);
  document.addEventListener("keydown", steer, true);
  entry.querySelector(".move").addEventListener("blur", cancel);
}

function steer(event) {
  const { wall, vertical } = carrying;
  const rtl = document.dir === "rtl" ? -1 : 1;
  const step = {
    ArrowLeft: -86400e3 * rtl, ArrowRight: 86400e3 * rtl, ArrowUp: -vertical, ArrowDown: vertical,
  }[event.key];
  if (event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Escape") return cancel();
  if (event.key === "Enter" || event.key === " ") return finish();
  if (!step) return;
  wall.setTime(wall.getTime() + step);
  const [day, time] = iso(wall);
  target(day, Number(time.slice(0, 2)));
  say(new Intl.DateTimeFormat(language, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: "UTC",
  }).format(wall));
}

function finish() {
  const { entry, wall, drop } = carrying;
  end();
  put("");
  drop(entry, ...iso(wall));
}

function cancel() {
  const { entry, words } = carrying ?? {};
  if (!entry) return;
  end();
  put("");
  announce(words.back);
}

function end() {
  const { entry } = carrying;
  entry.classList.remove("lifted");
  entry.querySelector(".move").removeEventListener("blur", cancel);
  document.removeEventListener("keydown", steer, true);
  document.querySelector(".target")?.classList.remove("target");
  carrying = null;
}

function target(day, hour) {
  document.querySelector(".target")?.classList.remove("target");
  const cells = [...document.querySelectorAll(`[data-day="${day}"]`)];
  const cell = cells.find((one) => !one.dataset.hour || Number(one.dataset.hour) === hour);
  cell?.classList.add("target");
  cell?.scrollIntoView({ block: "nearest" });
}

const iso = (wall) => wall.toISOString().slice(0, 16).split("T");

function say(text) {
  put(text);
  announce(text);
}

// The bar below the page; an empty text takes it away.
export function put(text) {
  let bar = document.querySelector(".carrying");
  if (!text) return bar?.remove();
  if (!bar) {
    bar = document.createElement("p");
    bar.className = "carrying";
    bar.setAttribute("aria-hidden", "true"); // the announcer says it
    document.body.append(bar);
  }
  bar.textContent = text;
}
