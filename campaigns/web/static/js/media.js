// The media library: images come by drop, by paste or by choosing several, and each is asked what it shows.
import { announce } from "./announce.js";
import { imagesIn, upload } from "./upload.js";

const form = document.querySelector("[data-upload]");
if (form) ready(form);

function ready(form) {
  const chooser = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  form.querySelector("[data-by-hand]").remove();
  chooser.multiple = true;
  chooser.removeAttribute("name"); // each is sent by itself
  chooser.required = false;
  chooser.addEventListener("change", () => {
    take(form, [...chooser.files]);
    chooser.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("paste", (event) => take(form, imagesIn(event.clipboardData)));
  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  for (const end of ["dragleave", "drop"]) document.addEventListener(end, () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(form, [...event.dataTransfer.files]);
  });
  addEventListener("beforeunload", (event) => {
    if (form.querySelector(".arriving .form:not([hidden])")) event.preventDefault();
  });
}

function take(form, files) {
  const list = form.querySelector("[data-waiting]");
  const made = files.map((file) => waiting(form, file));
  list.append(...made);
  list.hidden = !list.children.length;
  made[0]?.querySelector("textarea").focus();
}

let made = 0;

function waiting(form, file) {
  const line = form.querySelector("template").content.firstElementChild.cloneNode(true);
  const [text, hint, error] = [line.querySelector("textarea"), line.querySelector(".hint"), line.querySelector(".error")];
  made += 1;
  text.id = `shows-${made}`;
  hint.id = `hint-${made}`;
  error.id = `wrong-${made}`;
  line.querySelector("label").htmlFor = text.id;
  line.querySelector(".name").textContent = file.name;
  text.setAttribute("aria-describedby", `${hint.id} ${error.id}`);
  const picture = line.querySelector("img");
  picture.src = URL.createObjectURL(file);
  line.querySelector("[data-leave]").addEventListener("click", () => leave(form, line));
  line.querySelector("[data-keep]").addEventListener("click", (event) => keep(form, line, file, event.currentTarget));
  return line;
}

async function keep(form, line, file, button) {
  const error = line.querySelector(".error");
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  error.hidden = true;
  try {
    kept(line, await upload(file, line.querySelector("textarea").value, form.dataset.away));
  } catch (trouble) {
    error.querySelector("span").textContent = trouble.message;
    error.hidden = false;
    announce(trouble.message);
  }
  button.removeAttribute("aria-busy");
}

function kept(line, image) {
  URL.revokeObjectURL(line.querySelector("img").src);
  line.querySelector("img").src = image.small;
  const said = line.querySelector(".kept");
  const link = said.querySelector("a");
  link.href = `/media/${image.id}`;
  link.textContent = image.alt || image.name;
  line.querySelector(".form").hidden = true;
  said.hidden = false;
  said.focus();
}

function leave(form, line) {
  URL.revokeObjectURL(line.querySelector("img").src);
  line.remove();
  form.querySelector("[data-waiting]").hidden = !form.querySelector(".arriving");
  const next = form.querySelector(".arriving .form:not([hidden]) textarea"); // another that still waits
  (next ?? form.querySelector("input[type=file]")).focus();
}
