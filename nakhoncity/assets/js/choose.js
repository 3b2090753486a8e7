// Choosing what it is about:
//   form[data-choose] label > input[type=radio]   a tap on a tile sends the form; arrow keys only move the choice
//   input[data-filter="<selector>"]               hides what does not hold the typed words; an item may add
//                                                 data-words="…"; [data-filter-group] goes when all of it is hidden;
//                                                 [data-filter-none][hidden] shows when nothing is left

import { t } from "./words.js";
import { $, $$, announce } from "./page.js";

const TAP_MS = 1000;

function startTaps(form) {
  let tappedAt = 0;
  form.addEventListener("pointerup", (event) => {
    if (event.target.closest("label")?.querySelector("input[type=radio]")) tappedAt = Date.now();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.matches("input[type=radio]") || Date.now() - tappedAt > TAP_MS) return;
    tappedAt = 0;
    // After the browser has checked it.
    setTimeout(() => (form.requestSubmit ? form.requestSubmit() : form.submit()));
  });
}

const plain = (text) => text.toLowerCase().replace(/\s+/g, "");

function startFilter(input) {
  const items = $$(input.dataset.filter);
  input.closest(".is-waiting")?.classList.remove("is-waiting");
  input.addEventListener("input", () => {
    const typed = plain(input.value);
    let left = 0;
    for (const item of items) {
      item.hidden = Boolean(typed) && !plain(`${item.textContent} ${item.dataset.words ?? ""}`).includes(typed);
      left += item.hidden ? 0 : 1;
    }
    for (const group of $$("[data-filter-group]")) {
      const own = items.filter((item) => group.contains(item));
      group.hidden = Boolean(typed) && own.every((item) => item.hidden);
      if (typed && group.matches("details")) group.open = true;
    }
    const none = $("[data-filter-none]");
    if (none) none.hidden = left > 0;
    announce(typed ? t`พบ ${left} เรื่อง` : "");
  });
  // Enter in the search field must not send the form with nothing chosen.
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

export function startChoosing() {
  $$("form[data-choose]:not([data-is-choosing])").forEach((form) => {
    form.dataset.isChoosing = "";
    startTaps(form);
    $$("input[data-filter]", form).forEach(startFilter);
  });
}
