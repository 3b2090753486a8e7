// Pictures of a draft (components/photo_strip.html):
//   ul[data-photos][data-most][data-upload][data-delete]  the strip; data-delete holds the zero id to be replaced
//     li[data-photo="<id>"] > form[data-photo-delete]     one picture that is on the server
//   [data-photo-add] input[type=file]                     choosing sends at once, up to the most; the first choice of a
//                                                         report goes on to the next step by itself
//   [data-photos-next]                                    the button to the next step: waits for what is on its way
//   [data-photos-skip]                                    seen only while no picture is sent or on its way
//   [data-photos-note][hidden]                            seen only while pictures are on their way

import { t } from "./words.js";
import { $, $$, announce, icon, make, meta, post } from "./page.js";
import { shrink } from "./shrink.js";

const ZERO = "00000000-0000-0000-0000-000000000000";
const PATIENCE_MS = 90000;
const FAILED = t`ส่งไม่สำเร็จ`;

let strip;
let waiting = null;
let onTheWay = 0;
let line = Promise.resolve();

function number(item) {
  return [...strip.children].indexOf(item) + 1;
}

function say(item, words, sign = null) {
  $(".photo__text", item).replaceChildren(...(sign ? [icon(sign, "is-small"), " "] : []), words);
}

function room() {
  return Number(strip.dataset.most) - strip.children.length;
}

function refresh() {
  const add = $("[data-photo-add]");
  if (add) add.hidden = room() <= 0;
  const words = add && $("[data-picked]", add);
  if (words) words.textContent = strip.children.length ? t`เพิ่มภาพ` : t`ถ่ายภาพ หรือเลือกภาพ`;
  for (const skip of $$("[data-photos-skip]")) skip.hidden = Boolean($("[data-photo]", strip)) || onTheWay > 0;
  for (const note of $$("[data-photos-note]")) note.hidden = !onTheWay;
}

function newItem(file) {
  const image = make("img", { alt: t`ภาพที่ ${strip.children.length + 1}`, src: URL.createObjectURL(file) });
  // A kind that this browser cannot show still goes to the server, which can.
  image.addEventListener("error", () => image.replaceWith(icon("photo")), { once: true });
  const bar = make("progress", { max: 100, value: 0, "aria-label": t`กำลังส่งภาพที่ ${strip.children.length + 1}` });
  const item = make("li", { class: "photo" }, make("div", { class: "photo__img" }, image), bar, make("p", { class: "photo__text" }));
  strip.append(item);
  return item;
}

function upload(item, blob) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    body.append("photos", blob, "photo.jpg");
    const request = new XMLHttpRequest();
    request.open("POST", strip.dataset.upload);
    request.setRequestHeader("X-CSRFToken", meta("csrf"));
    request.timeout = PATIENCE_MS;
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      const share = event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0;
      $("progress", item)?.setAttribute("value", share);
      say(item, t`กำลังส่ง ${share} %`);
    };
    request.onload = () => (request.status === 201 ? resolve(request.response?.id) : reject(request.response?.message));
    request.onerror = request.ontimeout = () => reject();
    request.send(body);
  });
}

async function sendOne(item, source) {
  $$("button", item).forEach((button) => button.remove());
  item.classList.remove("is-failed");
  if (!$("progress", item)) $(".photo__img", item).after(make("progress", { max: 100, value: 0, "aria-label": t`กำลังส่งภาพ` }));
  say(item, t`กำลังเตรียมภาพ`);
  const blob = await source();
  if (!item.isConnected) return;
  try {
    finish(item, await upload(item, blob));
  } catch (sentence) {
    fail(item, blob, sentence);
  }
}

function finish(item, id) {
  $("progress", item)?.remove();
  item.dataset.photo = id;
  say(item, t`ส่งแล้ว`, "check");
  item.append(deleteForm(item, id));
  announce(t`ส่งภาพที่ ${number(item)} แล้ว`);
}

function deleteForm(item, id) {
  const cross = make("span", {}, icon("close", "is-small"));
  const button = make("button", { class: "photo__del", type: "submit", "aria-label": t`ลบภาพที่ ${number(item)}` }, cross);
  return make("form", { method: "post", action: strip.dataset.delete.replace(ZERO, id), "data-photo-delete": "" }, button);
}

/** The server's own sentence means that the picture is no good: only a dead line is worth another try. */
function fail(item, blob, sentence) {
  $("progress", item)?.remove();
  item.classList.add("is-failed");
  say(item, sentence || FAILED);
  const again = make("button", { class: "btn", type: "button", "aria-label": t`ลองใหม่ ส่งภาพที่ ${number(item)}` });
  again.append(icon("retry", "is-small"), t`ลองใหม่`);
  again.addEventListener("click", () => queue(item, () => blob));
  const cross = make("span", {}, icon("close", "is-small"));
  const away = make("button", { class: "photo__del", type: "button", "aria-label": t`ลบภาพที่ ${number(item)}` }, cross);
  away.addEventListener("click", () => remove(item));
  item.append(...(sentence ? [away] : [again, away]));
  announce(t`${sentence || FAILED} ภาพที่ ${number(item)}`);
}

function remove(item) {
  item.remove();
  if (!strip.children.length) waiting = null;
  refresh();
  announce(t`ลบภาพแล้ว`);
  $("[data-photo-add] input[type=file]")?.focus();
}

/** One at a time: five at once fill an old phone's memory, and on a slow line all fail together. */
function queue(item, source) {
  onTheWay += 1;
  line = line.then(() => sendOne(item, source)).finally(() => {
    onTheWay -= 1;
    refresh();
    if (!onTheWay && waiting) goOn();
  });
}

function goOn() {
  const next = waiting;
  waiting = null;
  next.classList.remove("is-busy");
  if ($(".photo.is-failed:not([data-photo])", strip)) {
    return announce(t`มีภาพที่ส่งไม่สำเร็จ กดลองใหม่ หรือกดต่อไปอีกครั้งเพื่อไปต่อโดยไม่มีภาพนั้น`);
  }
  next.click();
}

function take(files) {
  // Who comes back to add another picture stays here.
  if (!strip.children.length) waiting = $("[data-photos-next]");
  const chosen = [...files].slice(0, Math.max(room(), 0));
  for (const file of chosen) {
    const item = newItem(file);
    say(item, t`รอส่ง`);
    queue(item, () => shrink(file));
  }
  refresh();
  if (chosen.length < files.length) announce(t`ใส่ได้ถึง ${strip.dataset.most} ภาพ`);
}

async function onDelete(event) {
  if (!event.target.matches("[data-photo-delete]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const item = event.target.closest("li");
  try {
    const answer = await post(event.target.action, new URLSearchParams());
    if (answer.ok) return remove(item);
  } catch {
    // Falls through to the sentence.
  }
  say(item, t`ลบไม่สำเร็จ กรุณาลองใหม่`);
}

export function startPhotos() {
  strip = $("[data-photos]");
  if (!strip) return;
  const input = $("[data-photo-add] input[type=file]");
  input?.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  // Capture: before the guard against second taps sees it.
  document.addEventListener("submit", onDelete, true);
  for (const next of $$("[data-photos-next]")) {
    next.addEventListener("click", (event) => {
      if (!onTheWay) return;
      event.preventDefault();
      waiting = next;
      next.classList.add("is-busy");
      announce(t`กำลังส่งภาพ ส่งครบแล้วจะไปขั้นต่อไปเอง`);
    });
  }
  refresh();
}
