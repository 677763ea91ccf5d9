// Parts and images come, go and change places without loading the page again: the server does the same step.
import { announce } from "../announce.js";
import { exchange } from "./telling.js";

const REGIONS = ["parts", "images", "counts", "times", "previews"];

export function steps(form, changed) {
  async function take(act, more = {}) {
    const body = new FormData(form);
    body.set("do", act);
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    if (act !== "image-upload") body.delete("upload");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
    } catch {
      announce(form.dataset.away);
      document.getElementById("trouble").textContent = form.dataset.away;
      return false;
    }
    const html = await answer.text();
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.querySelector("form[data-write]")) {
      const sentence = fresh.querySelector("main p")?.textContent.trim() || form.dataset.away;
      document.getElementById("trouble").textContent = answer.status === 401 ? form.dataset.signedOut : sentence;
      return false;
    }
    exchange(html, REGIONS);
    const focus = form.querySelector("[data-focus]") ?? form.querySelector("#images .error, #text");
    focus?.focus();
    changed();
    return true;
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    take(button.value);
  });
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const part = event.target.closest("[data-part]");
    const way = event.key === "ArrowUp" ? "up" : "down";
    const button = part?.querySelector(`[value="part-${way}-${part.dataset.part}"]`);
    if (!part) return;
    event.preventDefault();
    if (button) take(button.value);
  });
  return take;
}
