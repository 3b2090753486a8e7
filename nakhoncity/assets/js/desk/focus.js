// After a swap by htmx the focus stays where it was: on the same element, on its twin by id, else on the swapped part.
// An element with [data-say] in the swapped part is read out if its words changed ("พบ 34 เรื่อง").

import { announce } from "../page.js";

let heldId = "";
let heard = "";

export function keepFocus() {
  document.addEventListener("htmx:beforeSwap", () => {
    heldId = document.activeElement?.id ?? "";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt ?? event.target;
    if (heldId && (!document.activeElement || document.activeElement === document.body)) {
      const twin = document.getElementById(heldId);
      if (!twin && !part.hasAttribute("tabindex")) part.tabIndex = -1;
      (twin ?? part).focus({ preventScroll: true });
    }
    const words = part.querySelector?.("[data-say]")?.textContent.trim() ?? "";
    if (words && words !== heard) announce(words);
    heard = words || heard;
  });
}
