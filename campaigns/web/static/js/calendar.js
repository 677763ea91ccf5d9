// Moves posts on the calendar: by drag, by keys, or by the form of the Move button, shown in a dialog.
// Each of the three sends that one form; what the server answers takes the page's place.
import { announce } from "./announce.js";
import { carry, carried, put } from "./carrying.js";

const words = document.getElementById("words")?.dataset;

export async function send(url, fields) {
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  } catch {
    return words.away;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.redirected || !page.getElementById("calendar")) {
    return page.querySelector(".summary li, [role=alert], main p")?.textContent.trim().replace(/\s+/g, " ") || words.away;
  }
  show(page, new URL(answer.url));
  return "";
}

function show(page, url) {
  document.title = page.title;
  document.getElementById("main").replaceChildren(...page.getElementById("main").childNodes);
  document.documentElement.classList.add("scripted");
  const moved = url.searchParams.get("moved");
  history.replaceState(null, "", url);
  const entry = document.querySelector(`[data-id="${moved}"]`);
  (entry?.querySelector(".move") ?? document.getElementById("main")).focus();
  announce(document.querySelector("main > .notice")?.textContent.trim() ?? "");
}

// The form that stands on a page of its own, in a dialog here.
async function open(link) {
  const answer = await fetch(link.href);
  const form = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-move]");
  if (!form) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  dialog.append(form);
  form.classList.remove("card");
  const heading = form.querySelector("h1");
  const title = document.createElement("h2");
  title.textContent = heading.textContent;
  title.id = "moving";
  heading.replaceWith(title);
  dialog.setAttribute("aria-labelledby", "moving");
  form.querySelector("a.button").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // it may be sent again when something is wrong
    const wrong = await send(form.action, new FormData(form));
    if (wrong) tell(form, wrong);
    else dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("[name=day]").focus();
}

function tell(form, sentence) {
  let notice = form.querySelector("[role=alert]");
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "notice bad";
    notice.setAttribute("role", "alert");
    form.prepend(notice);
  }
  notice.textContent = sentence;
}

// A post put down somewhere: `day` and `time` are of the zone that is shown.
export async function drop(entry, day, time) {
  const calendar = document.getElementById("calendar");
  const wrong = await send(new URL(entry.querySelector(".move").href).pathname, {
    day, time, zone: calendar.dataset.zone, due: entry.querySelector("time").dateTime, view: calendar.dataset.view,
  });
  if (!wrong) return;
  announce(wrong);
  put(wrong);
  entry.querySelector(".move").focus();
}

// Only what is touched is changed, so that live refreshing sees what differs.
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".entry .move")) event.target.setAttribute("aria-describedby", "keys");
});
document.addEventListener("pointerdown", (event) => {
  if (!carried()) put("");
  const entry = event.target.closest(".entry");
  if (entry?.querySelector(".move")) entry.draggable = true;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".entry .move");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-undo]")) return;
  event.preventDefault();
  event.stopPropagation();
  send(event.target.action, new FormData(event.target)).then((wrong) => wrong && put(wrong));
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.(".entry .move") && !carried()) {
    event.preventDefault();
    carry(event.target.closest(".entry"), words, drop);
  }
});

let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".entry");
  dragged?.classList.add("lifted");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const cell = dragged && event.target.closest?.("[data-day]");
  mark(cell);
  if (cell) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const cell = dragged && event.target.closest?.("[data-day]");
  if (!cell) return;
  event.preventDefault();
  const [hour, minute] = dragged.dataset.at.split(":");
  drop(dragged, cell.dataset.day, `${cell.dataset.hour?.padStart(2, "0") ?? hour}:${minute}`);
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("lifted");
  mark(null);
  dragged = null;
});

function mark(cell) {
  const before = document.querySelector(".target");
  if (before === cell) return;
  before?.classList.remove("target");
  cell?.classList.add("target");
}
