// Dialogs, filters, and the way back.
//
// button[data-open="#id"] / [data-close]    opens and closes a dialog; the browser gives the focus back.
// a[data-back]                          leads back to the very list one came from, with its filters and page.
// button[data-print][hidden]             appears, and prints the page.
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

function leadBack(link) {
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === location.origin && from.pathname.startsWith("/staff/inbox/")) link.href = from.href;
}

export function startDialogs() {
  document.querySelectorAll("button[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.querySelectorAll("a[data-back]").forEach(leadBack);
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => event.target.matches("[data-submit]") && event.target.form?.submit());
}
