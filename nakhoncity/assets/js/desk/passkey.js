// Passkeys, as the second step of signing in.
//
// form[data-passkey="create"|"get"][hidden]  appears where the browser has passkeys; on sending it asks the browser
//   for one (data-options: what the server asks, as JSON), puts the answer into its field `credential`, and goes on.
//   data-failed: the sentence for [data-passkey-note] when there was none.
// [data-passkey-missing]  stands until then, for browsers that have none.

import { $, $$ } from "../page.js";

const ASK = {
  create: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function send(event) {
  const form = event.target;
  if (form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const note = $("[data-passkey-note]", form);
  note.hidden = true;
  try {
    const made = await ASK[form.dataset.passkey](JSON.parse(form.dataset.options));
    form.elements.credential.value = JSON.stringify(made.toJSON());
  } catch {
    // Cancelled, too late, or no key at hand: the browser has said which.
    note.textContent = form.dataset.failed;
    note.hidden = false;
    return;
  }
  form.requestSubmit();
}

export function startPasskeys() {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return;
  $$("form[data-passkey]").forEach((form) => {
    // Before the guard against double taps, which listens further out.
    form.addEventListener("submit", send);
    form.hidden = false;
  });
  $$("[data-passkey-missing]").forEach((note) => note.remove());
}
