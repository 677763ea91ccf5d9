// Sends each form once, puts the focus on what is wrong, and sends one-time links by itself.
export function forms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => { // also when the back button brings the page from memory
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  });
  document.querySelector("[data-focus]")?.focus();
  document.querySelector("form[data-goes-by-itself]")?.requestSubmit();
}
