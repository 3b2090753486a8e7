// Choosing what it is about:
//   form[data-choose] label > input[type=radio]   a tap on a tile sends the form; arrow keys only move the choice
//   input[data-filter="<selector>"]               hides what does not hold the typed words; an item may add
//                                                 data-words="…"; [data-filter-group] goes when all of it is hidden;
//                                                 [data-filter-none][hidden] shows when nothing is left
//   input[data-filter][data-guess="URL"]          when nothing is left, asks there which items the words may mean, by
//                                                 the values of their radios; [data-filter-guessed][hidden] shows then

import { t } from "./words.js";
import { $, $$, announce } from "./page.js";

const TAP_MS = 1000;
const GUESS_AFTER_MS = 400;
const GUESS_FROM_LETTERS = 4;

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

/** Show the items that are meant, and what holds them; returns how many. */
function show(items, isMeant, isSearching) {
  for (const item of items) item.hidden = isSearching && !isMeant(item);
  for (const group of $$("[data-filter-group]")) {
    const own = items.filter((item) => group.contains(item));
    group.hidden = isSearching && own.every((item) => item.hidden);
    if (isSearching && group.matches("details")) group.open = true;
  }
  return items.filter((item) => !item.hidden).length;
}

async function guess(input, items) {
  const body = new FormData();
  body.set("text", input.value);
  body.set("csrfmiddlewaretoken", input.form.elements.csrfmiddlewaretoken.value);
  const asked = input.value;
  try {
    const answer = await fetch(input.dataset.guess, { method: "POST", body });
    const { categories } = await answer.json();
    // What was typed meanwhile has asked for itself.
    if (!answer.ok || input.value !== asked || !categories.length) return;
    const left = show(items, (item) => categories.includes($("input", item)?.value), true);
    $("[data-filter-guessed]").hidden = left === 0;
    $("[data-filter-none]").hidden = left > 0;
  } catch {
    // Without a line the list stays as it is, with its way on.
  }
}

function startFilter(input) {
  const items = $$(input.dataset.filter);
  let timer = 0;
  input.closest(".is-waiting")?.classList.remove("is-waiting");
  input.addEventListener("input", () => {
    const typed = plain(input.value);
    const holds = (item) => plain(`${item.textContent} ${item.dataset.words ?? ""}`).includes(typed);
    const left = show(items, holds, Boolean(typed));
    const none = $("[data-filter-none]");
    if (none) none.hidden = left > 0;
    const guessed = $("[data-filter-guessed]");
    if (guessed) guessed.hidden = true;
    clearTimeout(timer);
    if (!left && input.dataset.guess && typed.length >= GUESS_FROM_LETTERS)
      timer = setTimeout(guess, GUESS_AFTER_MS, input, items);
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
