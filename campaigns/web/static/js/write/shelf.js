// What this browser keeps of a text until the server has it: one shelf for each post that is being written.
const OURS = "beacon-draft:";
const MOST_AGE = 7 * 24 * 3600 * 1000; // of a text that nobody came back for

export function shelfOf(form) {
  return `${OURS}${location.pathname}:${form.elements.post?.value ?? form.elements.key.value}`;
}

export function store(shelf, text) {
  try {
    if (text === null) localStorage.removeItem(shelf);
    else localStorage.setItem(shelf, JSON.stringify({ at: Date.now(), text }));
  } catch {
    // a browser that keeps nothing: the server does
  }
}

export function stored(shelf) {
  try {
    return JSON.parse(localStorage.getItem(shelf) ?? "{}").text;
  } catch {
    return null;
  }
}

// A new post of this campaign that never reached the server has no address to come back to: its shelf is found
// from the page on which another one is begun.
export function leftBehind(form) {
  try {
    const own = shelfOf(form);
    const place = own.slice(0, own.lastIndexOf(":") + 1);
    if (form.elements.post) return null;
    return kept().filter(({ shelf, text }) => shelf.startsWith(place) && shelf !== own
      && new URLSearchParams(text).get("campaign") === form.elements.campaign.value)
      .sort((one, other) => other.at - one.at)[0]?.shelf ?? null;
  } catch {
    return null;
  }
}

// A post that is saved needs none; its name is its number or, while it was new, its key.
export function forget(names) {
  try {
    for (const { shelf } of kept()) if (names.some((name) => shelf.endsWith(`:${name}`))) store(shelf, null);
  } catch {
    // as above
  }
}

function kept() {
  const shelves = Object.keys(localStorage).filter((shelf) => shelf.startsWith(OURS));
  const all = shelves.map((shelf) => ({ shelf, ...JSON.parse(localStorage.getItem(shelf)) }));
  for (const { shelf, at } of all) if (Date.now() - at > MOST_AGE) localStorage.removeItem(shelf);
  return all.filter(({ at }) => Date.now() - at <= MOST_AGE);
}
