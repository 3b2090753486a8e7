// Dialogs and filters.
//
// button[data-open="#id"] / [data-close]    opens and closes a dialog; the browser gives the focus back.
// select[data-submit], input[data-submit]   a choice sends its form (filters).

function onClick(event) {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const dialog = document.querySelector(opener.dataset.open);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  const closer = event.target.closest("[data-close]");
  if (closer?.closest("dialog")) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
}

export function startDialogs() {
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => event.target.matches("[data-submit]") && event.target.form?.submit());
}
