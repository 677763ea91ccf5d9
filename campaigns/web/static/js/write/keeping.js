// Drafts keep themselves: soon after each pause in typing, when the page is left, and in this browser while there
// is no connection.
import { leftBehind, shelfOf, store, stored } from "./shelf.js";

const AFTER = 1500; // milliseconds without a keystroke
const AGAIN = 5000;
const PATIENCE = 2000; // for a draft that is under way when its form is sent

export function keeping(form) {
  const shelf = shelfOf(form);
  const [kept, trouble] = [document.getElementById("kept"), document.getElementById("trouble")];
  let timer = 0;
  let underWay = null;
  let dirty = false;
  let leaving = false;

  offer(form, stored(shelf) ? shelf : leftBehind(form), () => form.dispatchEvent(new Event("input")));
  if (document.querySelector("main .summary")) later(); // it could not be saved, so it is a draft still

  function fields() {
    return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  }

  function later() {
    dirty = true;
    store(shelf, fields().toString());
    clearTimeout(timer);
    timer = setTimeout(send, AFTER);
  }

  async function send(keepalive = false) {
    if (underWay || !dirty || leaving) return;
    dirty = false;
    underWay = put(keepalive);
    await underWay;
    underWay = null;
    if (dirty && !leaving) later();
  }

  async function put(keepalive) {
    try {
      const answer = await fetch("/drafts", {
        method: "POST", body: fields(), headers: { accept: "application/json" }, keepalive,
      });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) done(told);
      else say(answer.status === 401 ? form.dataset.signedOut : told.error ?? form.dataset.away);
      if (!answer.ok && answer.status >= 500) again();
    } catch {
      say(form.dataset.away);
      again();
    }
  }

  function again() {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN);
  }

  function done(told) {
    form.elements.draft.value = told.draft;
    form.elements.draft_version.value = told.version;
    kept.textContent = told.said;
    trouble.replaceChildren();
    if (!dirty) store(shelf, null);
    if (told.others) others(told.others);
    if (!form.elements.post) history.replaceState(null, "", `/posts/new?draft=${told.draft}`);
  }

  function say(sentence) {
    const note = Object.assign(document.createElement("p"), { className: "notice bad", textContent: sentence });
    if (trouble.textContent !== sentence) trouble.replaceChildren(note);
    kept.textContent = "";
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden && dirty) send(true);
  });
  addEventListener("pagehide", () => dirty && send(true));
  form.addEventListener("submit", async (event) => {
    leaving = true; // what is being saved needs no draft; if it fails, this browser still has the text
    clearTimeout(timer);
    if (!underWay) return;
    event.preventDefault(); // a draft that arrives after its post would stay; and its number goes with the form
    event.stopPropagation();
    await Promise.race([underWay, new Promise((go) => setTimeout(go, PATIENCE))]);
    underWay = null;
    form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => (leaving = false));
  return later;
}

function others(sentences) {
  const place = document.getElementById("others");
  const notes = sentences.map((sentence) => Object.assign(document.createElement("p"), { className: "notice warn", textContent: sentence }));
  if (place.textContent.trim() !== sentences.join("")) place.replaceChildren(...notes);
}

// A text that this browser kept because the server did not get it: offered, never forced on anyone.
function offer(form, shelf, changed) {
  const text = shelf && stored(shelf);
  if (!text) return;
  const before = new URLSearchParams(text);
  const here = new FormData(form);
  const differs = [...before].some(([name, value]) => !IGNORED.has(name) && !here.getAll(name).includes(value));
  if (!differs) return store(shelf, null);
  const note = Object.assign(document.createElement("div"), { className: "notice warn" });
  const words = Object.assign(document.createElement("p"), { textContent: form.dataset.found });
  const close = () => {
    note.remove();
    form.elements.text.focus();
  };
  note.append(words, button(form.dataset.putBack, () => {
    putBack(form, before);
    store(shelf, null);
    close();
    changed();
  }), button(form.dataset.leaveIt, () => {
    store(shelf, null);
    close();
  }));
  document.getElementById("trouble").append(note);
}

const IGNORED = new Set(["draft", "draft_version", "version", "key", "do"]);

function putBack(form, before) {
  for (const name of new Set(before.keys())) {
    if (IGNORED.has(name)) continue;
    const values = before.getAll(name);
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    for (const [place, field] of fields.entries()) {
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.type !== "file" && place < values.length) field.value = values[place];
    }
  }
}

function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label, className: "button" });
  made.addEventListener("click", act);
  return made;
}
