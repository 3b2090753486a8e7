// form[data-autosave="<url>"]: what is typed is kept on the server a moment after each pause;
// [data-saved="<field>"] of the field says when.

import { $, announce, post } from "./page.js";

const PAUSE_MS = 1500;

export function startAutosave() {
  const form = $("form[data-autosave]");
  if (!form) return;
  let timer;
  const save = async (field) => {
    const note = $(`[data-saved="${field.name}"]`) ?? $("[data-saved]", form);
    try {
      const answer = await post(form.dataset.autosave, new URLSearchParams(new FormData(form)));
      if (!answer.ok) return;
      const { saved } = await answer.json();
      if (note) note.textContent = `บันทึกร่างแล้ว ${saved}`;
    } catch {
      if (note) note.textContent = "ยังบันทึกร่างไม่ได้ เพราะอินเทอร์เน็ตขัดข้อง";
      announce(note?.textContent ?? "");
    }
  };
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => !form.hasAttribute("data-busy") && save(event.target), PAUSE_MS);
  });
}
