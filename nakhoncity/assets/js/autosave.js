// form[data-autosave="<url>"]: what is typed is kept on the server a moment after each pause, when the page is left, and
// when the line is back; [data-saved="<field>"] of the field says when.

import { t } from "./words.js";
import { $, announce, meta, post } from "./page.js";

const PAUSE_MS = 1500;
const WAITS = t`ยังบันทึกร่างไม่ได้ เพราะอินเทอร์เน็ตขัดข้อง ข้อมูลยังอยู่ในโทรศัพท์เครื่องนี้`;

function follow(form) {
  let timer;
  let typed = 0;
  let saved = 0;
  let note = null;
  const body = () => new URLSearchParams(new FormData(form));

  async function save() {
    const round = typed;
    try {
      const answer = await post(form.dataset.autosave, body());
      if (!answer.ok) return;
      const { saved: moment } = await answer.json();
      saved = round;
      if (note) note.textContent = t`บันทึกร่างแล้ว ${moment}`;
    } catch {
      if (note) note.textContent = WAITS;
      announce(WAITS);
    }
  }

  const isDue = () => form.isConnected && saved < typed && !form.hasAttribute("data-busy");
  form.addEventListener("input", (event) => {
    typed += 1;
    note = $(`[data-saved="${event.target.name}"]`, form) ?? note ?? $("[data-saved]", form);
    clearTimeout(timer);
    timer = setTimeout(() => isDue() && save(), PAUSE_MS);
  });
  addEventListener("online", () => isDue() && save());
  addEventListener("pagehide", () => {
    if (!isDue()) return;
    fetch(form.dataset.autosave, { method: "POST", body: body(), keepalive: true, headers: { "X-CSRFToken": meta("csrf") } }).catch(() => {});
  });
}

export function startAutosave() {
  const form = $("form[data-autosave]:not([data-is-saved])");
  if (!form) return;
  form.dataset.isSaved = "";
  follow(form);
}
