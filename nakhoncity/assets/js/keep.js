// form[data-keep="<whose>:<which>"]: what is typed is kept on the phone until the form is sent, and comes back when the
// page is opened again without it: a draft is of one browser, so what the phone has is never older than the server's.
// What belongs to another draft is thrown away; [data-sent] on a page throws all of it away.
//   [data-kept-note][hidden]   appears when something came back

import { t } from "./words.js";
import { $, $$, announce } from "./page.js";
import { onPhone } from "./storage.js";

const PREFIX = "keep:";

const keyOf = (form) => PREFIX + form.dataset.keep;
const fields = (form) => $$("input, textarea", form).filter((field) => field.name && !/^(hidden|file|submit|button)$/.test(field.type));
const isTick = (field) => field.type === "radio" || field.type === "checkbox";
const nameOf = (field) => (isTick(field) ? `${field.name}=${field.value}` : field.name);

function read(form) {
  return Object.fromEntries(fields(form).map((field) => [nameOf(field), isTick(field) ? field.checked : field.value]));
}

function bringBack(form) {
  let kept;
  try {
    kept = JSON.parse(onPhone.get(keyOf(form)) ?? "{}");
  } catch {
    return;
  }
  let isNews = false;
  for (const field of fields(form)) {
    const value = kept[nameOf(field)];
    const what = isTick(field) ? "checked" : "value";
    if (value === undefined || value === field[what]) continue;
    field[what] = value;
    isNews = true;
    for (const kind of ["change", "input"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  if (!isNews) return;
  const note = $("[data-kept-note]", form);
  if (note) note.hidden = false;
  announce(t`นำข้อมูลที่กรอกค้างไว้กลับมาแล้ว`);
}

/** It was sent. */
export function forget(form) {
  if (form.dataset.keep) onPhone.remove(keyOf(form));
}

function throwAway(whose = null) {
  for (const key of onPhone.keys()) {
    if (key.startsWith(PREFIX) && !(whose && key.startsWith(`${PREFIX}${whose}:`))) onPhone.remove(key);
  }
}

export function startKeeping() {
  if ($("[data-sent]")) throwAway();
  for (const form of $$("form[data-keep]:not([data-is-kept])")) {
    form.dataset.isKept = "";
    throwAway(form.dataset.keep.split(":")[0]);
    bringBack(form);
    // At once, not after a pause: whoever types and leaves loses nothing.
    form.addEventListener("input", () => onPhone.set(keyOf(form), JSON.stringify(read(form))));
  }
}
