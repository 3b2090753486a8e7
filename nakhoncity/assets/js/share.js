// button[data-share="<address>"][data-share-title][hidden] appears: the phone's own way to send a link, or the clipboard.

import { t } from "./words.js";
import { $, $$, announce } from "./page.js";

async function share(button) {
  const { share: url, shareTitle: title } = button.dataset;
  try {
    if (navigator.share) return await navigator.share({ title, url });
    await navigator.clipboard.writeText(url);
  } catch (error) {
    // Closed without sending: nothing to say.
    if (error.name === "AbortError") return;
    return prompt(t`คัดลอกลิงก์นี้`, url);
  }
  $("span", button).textContent = t`คัดลอกลิงก์แล้ว`;
  announce(t`คัดลอกลิงก์แล้ว`);
}

export function startSharing() {
  for (const button of $$("button[data-share][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => share(button));
  }
}
