// The composer: what the server says of the text while it is typed, drafts that keep themselves, parts and images.
import { keeping } from "./write/keeping.js";
import { images } from "./write/images.js";
import { steps } from "./write/steps.js";
import { telling } from "./write/telling.js";

const form = document.querySelector("form[data-write]");
if (form) {
  const look = telling(form);
  const keep = keeping(form);
  const changed = () => {
    look();
    keep();
  };
  const take = steps(form, changed);
  images(form, take);
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
}
