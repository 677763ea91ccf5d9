// Chooses all posts of a page at once, and says how many are chosen.
for (const form of document.querySelectorAll("[data-choosing]")) {
  const boxes = [...form.querySelectorAll('input[name="post"]')];
  const all = form.querySelector("[data-all]");
  const said = form.querySelector("[data-count]");
  if (!all || !said) continue;
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    said.textContent = chosen ? `${said.dataset.some} ${chosen}` : said.dataset.none;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", (event) => { if (event.target.name === "post") tell(); });
  if (boxes.some((box) => box.checked)) tell();
}
