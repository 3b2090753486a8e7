// label > input[type=file][data-pick]: pictures that go with a form. Says how many were chosen in [data-picked] of its label.

import { t } from "./words.js";
import { $, $$ } from "./page.js";

export function startPicking() {
  for (const input of $$("input[type=file][data-pick]:not([data-is-picking])")) {
    input.dataset.isPicking = "";
    const words = $("[data-picked]", input.closest("label"));
    const empty = words?.textContent;
    input.addEventListener("change", () => {
      if (words) words.textContent = input.files.length ? t`เลือกแล้ว ${input.files.length} ภาพ` : empty;
    });
  }
}
