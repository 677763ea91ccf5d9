// Images come by drop, by paste or by choosing; each goes to the server at once, and is asked what it shows.
import { imagesIn } from "../upload.js";

export function images(form, take) {
  const place = form.querySelector("[data-drop]");

  async function bring(files) {
    for (const file of files) await take("image-upload", { upload: file });
  }
  form.addEventListener("change", (event) => {
    if (event.target.id !== "upload" || !event.target.files.length) return;
    event.stopPropagation();
    take("image-upload");
  }, true);
  document.addEventListener("paste", (event) => {
    const files = imagesIn(event.clipboardData);
    if (!files.length) return;
    event.preventDefault();
    bring(files);
  });
  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    place.classList.add("over");
  });
  for (const end of ["dragleave", "drop"]) document.addEventListener(end, () => place.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    bring(imagesIn(event.dataTransfer));
  });
}
