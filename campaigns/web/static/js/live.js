// Parts of the page marked `data-live` (each with an id) are kept fresh: the server says that something
// changed, and the page is loaded again and those parts are exchanged. What somebody is using stays.
import { announce } from "./announce.js";

let source = null;
let loading = false;
let again = false;

export function live() {
  if (!document.querySelector("[data-live]") || !window.EventSource) return;
  // A hidden page listens to nothing: browsers allow six connections to one server over all tabs.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start(true)));
  addEventListener("pagehide", stop);
  // First the page is drawn. It names the turn that it shows, so nothing is missed meanwhile.
  addEventListener("load", () => document.hidden || start(false));
}

function start(refreshFirst) {
  source ??= listen();
  if (refreshFirst) refresh();
}

function stop() {
  source?.close();
  source = null;
}

function listen() {
  const made = new EventSource(`/events?turn=${document.documentElement.dataset.turn}`);
  made.addEventListener("changed", refresh);
  return made;
}

export async function refresh() {
  if (loading) {
    again = true;
    return;
  }
  loading = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html", "beacon-refresh": "1" } });
    if (answer.ok && !answer.redirected) exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // away for the moment; the next event tries again
  }
  loading = false;
  if (again) {
    again = false;
    refresh();
  }
}

function exchange(fresh) {
  document.documentElement.dataset.turn = fresh.documentElement.dataset.turn;
  for (const old of document.querySelectorAll("[data-live]")) {
    const part = fresh.getElementById(old.id);
    if (!part || part.isEqualNode(old) || inUse(old)) continue;
    const focus = old.contains(document.activeElement) ? trace(document.activeElement, old) : null;
    const heading = part.querySelector("h2")?.textContent.trim();
    const says = "announces" in part.dataset && heading !== old.querySelector("h2")?.textContent.trim();
    old.replaceWith(part);
    if (focus) find(focus, part).focus();
    if (focus && !part.contains(document.activeElement)) document.getElementById("main").focus({ preventScroll: true });
    if (says) announce(heading);
  }
}

// Somebody types in it, has a dialog of it open, has unfolded something, or carries something.
function inUse(part) {
  const active = document.activeElement;
  return part.querySelector("dialog[open], details[open], .lifted")
    || (part.contains(active) && active.matches("input, textarea, select"));
}

function trace(element, root) {
  const same = [...root.querySelectorAll(element.localName)].filter((one) => one.textContent === element.textContent);
  return { name: element.localName, text: element.textContent, place: same.indexOf(element) };
}

// The same control in the fresh part; where it is gone, the part itself takes the focus, so it is not lost, or
// the page's main part, if nothing of this one is to be seen any more.
function find({ name, text, place }, root) {
  const same = [...root.querySelectorAll(name)].filter((one) => one.textContent === text);
  const found = same[place] ?? same[0];
  if (found) return found;
  root.tabIndex = -1;
  return root;
}
