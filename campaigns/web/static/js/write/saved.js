// The page of a post that has just been saved: what this browser kept of it until then may go.
import { forget } from "./shelf.js";

const saved = document.querySelector("[data-saved]");
if (saved) forget(saved.dataset.saved.split(" "));
