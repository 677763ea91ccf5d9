// `data-dialog="<id>"` on a link or button opens that dialog; the browser gives the focus back by itself.
export function dialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dialog.showModal();
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("dialog[open]")) event.target.close(); // beside it
  });
}
