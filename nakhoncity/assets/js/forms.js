// Forms, for residents and staff. All of it enhances plain forms:
//   form                      a second tap within the same send is ignored; its button turns
//   form[data-send]           sent by fetch: when the line is down the page stays and offers “ส่งอีกครั้ง”; pictures in
//                             input[type=file][data-pick] are made small before
//   form[data-step]           a step of a form: not sent at all while the phone is offline
//   textarea[data-max]        counts into [data-counter="<id>"]
//   [data-errors]             the summary of errors takes the focus
//   [data-toast="10"|"stay"]  goes away after seconds, or by its own button
//   label > input[type=radio] keeps .is-picked on its label for browsers without :has
//   button[data-show-password="<id>"][hidden]  appears, and shows what is typed; data-hide-words: its words then

import { t } from "./words.js";
import { forget } from "./keep.js";
import { $, $$, icon, make } from "./page.js";
import { shrink } from "./shrink.js";

const AGAIN = t`ส่งอีกครั้ง`;
const ON_AGAIN = t`ลองอีกครั้ง`;
const OFFLINE = t`ยังไม่ได้ส่ง เพราะอินเทอร์เน็ตขัดข้อง ข้อมูลที่กรอกไว้ยังอยู่ครบ เมื่อมีสัญญาณให้กด “ส่งอีกครั้ง”`;
const NO_WAY_ON = t`ยังไปต่อไม่ได้ เพราะอินเทอร์เน็ตขัดข้อง ข้อมูลที่กรอกไว้ยังอยู่ครบ เมื่อมีสัญญาณให้กด “ลองอีกครั้ง”`;
const REFUSED = t`ขออภัย ระบบขัดข้อง ยังไม่ได้ส่ง ข้อมูลที่กรอกไว้ยังอยู่ครบ กรุณากด “ส่งอีกครั้ง” หรือโทรหาเทศบาล`;
const STALE = t`หน้านี้เปิดไว้นานเกินไป ยังไม่ได้ส่ง ข้อมูลที่กรอกไว้ยังอยู่ครบ กรุณากด “โหลดหน้านี้ใหม่” แล้วส่งอีกครั้ง`;
const PATIENCE_MS = 20000;
const SEND_PATIENCE_MS = 60000;

export function setBusy(form, isBusy, button = null) {
  form.toggleAttribute("data-busy", isBusy);
  for (const each of button ? [button] : $$("button[type=submit], button:not([type])", form)) {
    each.classList.toggle("is-busy", isBusy);
    if (isBusy) each.setAttribute("aria-disabled", "true");
    else each.removeAttribute("aria-disabled");
  }
}

function guard(event) {
  const form = event.target;
  if (form.hasAttribute("data-busy")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (event.defaultPrevented || form.hasAttribute("hx-post")) return;
  $("[data-send-note]", form)?.remove();
  if (form.hasAttribute("data-step") && navigator.onLine === false) {
    event.preventDefault();
    refuse(form, NO_WAY_ON, ON_AGAIN);
    return;
  }
  // Disabling the button would take its name and value out of the form: it is only marked.
  setBusy(form, true, event.submitter);
  if (form.hasAttribute("data-send")) {
    event.preventDefault();
    send(form, event.submitter);
  } else {
    setTimeout(() => setBusy(form, false), PATIENCE_MS);
  }
}

async function bodyOf(form, submitter) {
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  for (const input of $$("input[type=file][data-pick]", form)) {
    body.delete(input.name);
    for (const file of input.files) body.append(input.name, await shrink(file), "photo.jpg");
  }
  return body;
}

/** Send a form by fetch, so that a dead line loses nothing. */
async function send(form, submitter) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), SEND_PATIENCE_MS);
  try {
    const body = await bodyOf(form, submitter);
    const answer = await fetch(form.action || location.href, { method: "POST", body, credentials: "same-origin", signal: stop.signal });
    if (answer.status === 403) return refuse(form, STALE, AGAIN, reloadButton());
    if (answer.status >= 500) return refuse(form, REFUSED);
    if (answer.ok) forget(form);
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) return location.assign(answer.url);
    showAnswer(await answer.text(), answer.url);
  } catch {
    refuse(form, OFFLINE);
  } finally {
    clearTimeout(timer);
  }
}

function reloadButton() {
  const button = make("button", { class: "btn", type: "button" }, icon("retry"), t`โหลดหน้านี้ใหม่`);
  button.addEventListener("click", () => location.reload());
  return button;
}

/** Say above the button why nothing was sent; the button itself becomes the next try. */
function refuse(form, words, again = AGAIN, ...ways) {
  setBusy(form, false);
  const note = make("div", { class: "errors", role: "alert", tabindex: "-1", "data-send-note": "" }, make("p", {}, words), ...ways);
  const button = $(".btn.is-primary[type=submit]", form);
  if (button) {
    button.replaceChildren(icon("retry"), again);
    button.before(note);
  } else {
    form.append(note);
  }
  note.focus();
}

/** Put the answer's main part in place of ours: the same page, with its errors. */
function showAnswer(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  history.replaceState(null, "", url);
  for (const id of ["main", "toasts"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  enhance();
  // What had the focus is gone: go to the errors (enhance has), or to the beginning of what is new.
  if (document.activeElement === document.body) $("#main")?.focus();
  document.dispatchEvent(new CustomEvent("page:shown"));
}

function count(area) {
  const counter = $(`[data-counter="${area.id}"]`);
  if (!counter) return;
  const [used, most] = [[...area.value].length, Number(area.dataset.max)];
  counter.textContent = `${used.toLocaleString("en")} / ${most.toLocaleString("en")}`;
  counter.classList.toggle("is-over", used > most);
}

function markPicked(input) {
  for (const each of $$(`input[type=radio][name="${CSS.escape(input.name)}"]`, input.form ?? document)) {
    each.closest("label")?.classList.toggle("is-picked", each.checked);
  }
}

function dismiss(toast) {
  if (toast.contains(document.activeElement)) $("#main")?.focus();
  toast.remove();
}

function timeToast(toast) {
  if (toast.dataset.timed) return;
  toast.dataset.timed = "1";
  const close = make("button", { class: "btn is-icon", type: "button", "aria-label": t`ปิด` }, icon("close", "is-small"));
  close.addEventListener("click", () => dismiss(toast));
  toast.append(close);
  if (toast.dataset.toast === "stay") return;
  // Time stands still while somebody points at it or has the focus in it.
  let left = Number(toast.dataset.toast) || 10;
  const timer = setInterval(() => {
    if (!toast.isConnected) return clearInterval(timer);
    if (toast.matches(":hover, :focus-within")) return;
    if (--left <= 0) {
      clearInterval(timer);
      dismiss(toast);
    }
  }, 1000);
}

function showPasswords(button) {
  const showWords = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const input = document.getElementById(button.dataset.showPassword);
    const isShown = input.type === "text";
    input.type = isShown ? "password" : "text";
    button.textContent = isShown ? showWords : (button.dataset.hideWords ?? showWords);
    input.focus();
  });
}

/** Prepare what is on the page now; safe to call again after a swap. */
export function enhance(root = document) {
  $$("textarea[data-max]", root).forEach(count);
  $$("[data-toast]", root).forEach(timeToast);
  $$("[data-show-password][hidden]", root).forEach(showPasswords);
  $("[data-errors], .errors[autofocus]", root)?.focus();
}

export function startForms() {
  document.documentElement.classList.add("has-script");
  document.addEventListener("submit", guard);
  document.addEventListener("input", (event) => event.target.matches("textarea[data-max]") && count(event.target));
  document.addEventListener("change", (event) => event.target.matches("label > input[type=radio]") && markPicked(event.target));
  // A page that comes back from the back-forward cache must not stay busy.
  addEventListener("pageshow", () => $$("form[data-busy]").forEach((form) => setBusy(form, false)));
  enhance();
}
