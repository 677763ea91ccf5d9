// While a campaign is typed: the short name that its title makes, and what is to be said about its hashtags.
const title = document.querySelector("input[data-names]");
const slug = title && document.getElementById(title.dataset.names);
const hints = document.querySelector("[data-tag-hints]");
const tags = [...document.querySelectorAll("input[data-tag]")];
const PAUSE = 400; // milliseconds without a key before the server is asked

function slugFrom(text) {
  const plain = text.normalize("NFKD").replace(/[^\x00-\x7f]|'/g, "").toLowerCase();
  return (plain.match(/[a-z0-9]+/g) ?? []).join("-").slice(0, 56).replace(/-$/, "");
}

if (slug) title.addEventListener("input", () => { slug.placeholder = slugFrom(title.value); });

let waiting = 0;
let asked = "";

async function hint() {
  const wanted = tags.map((input) => input.value.trim()).filter(Boolean).join(" ");
  if (wanted === asked) return;
  asked = wanted;
  try {
    const address = `${hints.dataset.tagHints}?tags=${encodeURIComponent(wanted)}`;
    const answer = wanted ? await fetch(address, { headers: { accept: "application/json" } }) : null;
    const said = answer?.ok ? (await answer.json()).hints : [];
    if (wanted === asked) hints.textContent = said.join(" ");
  } catch {
    asked = ""; // away for the moment; the next key asks again, and saving checks in any case
  }
}

for (const input of tags) {
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(hint, PAUSE);
  });
}
if (hints) hint();
