// Asks the server what the text would become: its counts are the ones that count.
const AFTER = 400; // milliseconds without a keystroke
const REGIONS = ["counts", "times", "previews"];

export function telling(form) {
  let timer = 0;
  let asked = 0;

  async function ask() {
    const mine = ++asked;
    const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    try {
      const answer = await fetch("/posts/preview", { method: "POST", body, headers: { accept: "text/html" } });
      if (!answer.ok || mine !== asked) return;
      exchange(await answer.text(), REGIONS);
    } catch {
      // away: what keeps the draft says so
    }
  }
  return () => {
    clearTimeout(timer);
    timer = setTimeout(ask, AFTER);
  };
}

// Puts regions of an answer in the place of those here.
export function exchange(html, ids) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const id of ids) {
    const part = fresh.getElementById(id);
    const old = document.getElementById(id);
    if (part && old && !part.isEqualNode(old)) old.replaceWith(part);
  }
}
