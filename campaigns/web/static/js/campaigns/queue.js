// The queue by drag, and by arrow keys on the handle: either sends the form of the post's own buttons.
const list = document.querySelector("[data-queue]");
const items = list ? [...list.children] : [];
let dragged = null;

function send(item, place) {
  const form = item.querySelector("form.places");
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "place", value: place });
  form.append(field);
  form.requestSubmit();
}

function settle(place) {
  for (const item of items) item.classList.remove("before", "after");
  const from = dragged && Number(dragged.dataset.place);
  const over = place && items[place - 1];
  if (over && place !== from) over.classList.add(place < from ? "before" : "after");
}

for (const item of items) {
  item.draggable = true;
  item.addEventListener("dragstart", (event) => {
    dragged = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.post);
    item.classList.add("dragged");
  });
  item.addEventListener("dragend", () => {
    item.classList.remove("dragged");
    settle(0);
    dragged = null;
  });
  item.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    settle(Number(item.dataset.place));
  });
  item.addEventListener("drop", (event) => {
    event.preventDefault();
    if (dragged && dragged !== item) send(dragged, item.dataset.place);
  });
  // Alt with an arrow moves the post on whose buttons the focus is.
  item.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey) return;
    event.preventDefault();
    const place = Number(item.dataset.place) + by;
    if (place >= 1 && place <= items.length) send(item, place);
  });
}

// After a move the page comes back at the post that moved: the focus goes to its first button that works,
// once the browser has gone to the fragment, which takes the focus away.
const moved = location.hash.startsWith("#post-") ? document.getElementById(location.hash.slice(1)) : null;
addEventListener("load", () => {
  requestAnimationFrame(() => moved?.querySelector("form.places button:not(:disabled)")?.focus());
});
