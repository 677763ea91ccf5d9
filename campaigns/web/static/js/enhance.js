// What a script adds to pages that work without one. Each module looks for its own data attributes.
import { clocks } from "./clock.js";
import { dialogs } from "./dialog.js";
import { forms } from "./forms.js";
import { live } from "./live.js";

document.documentElement.classList.add("scripted");
clocks();
dialogs();
forms();
live();
