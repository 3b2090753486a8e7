// The one form of the case page.
//
// form[data-preview="URL"][data-preview-into="#id"]   posts what is typed, and shows the answer in #id, 400 ms after
//                                                     the last change; pictures are left out.
// [data-when="resolve assign"] in a form              shown only while the field `move` has one of these values ("none"
//                                                     stands for an empty one). Hidden fields are not sent.
// [data-tabs] with button[role=tab][aria-controls]    tabs; without script all panels show. data-tabs-class="is-internal"
//   on a tab puts that class on the closest .composer.
// select[data-sets="#id"]                             a choice fills in that select with its option's data-value.
// button[data-pick="#id"][data-pick-move="…"][hidden]  appears; fills in that select with its value, and that move.
// input[type=file][data-files="#id"]                  says in #id how many pictures are chosen.
// [data-plain]                                        taken away: the preview beside the form does its work.
// Ctrl+Enter in a textarea sends the form, if it has a button with [data-send-key].

const PAUSE = 400;

function startPreview(form) {
  const into = document.querySelector(form.dataset.previewInto);
  if (!into) return;
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      // A slow old answer must not replace a newer one.
      if (answer.ok && mine === asked) into.innerHTML = await answer.text();
    } catch {
      // No preview without a line; the message itself is made on the server when the form is saved.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.querySelectorAll("[data-plain]").forEach((button) => button.remove());
  const isTyped = [...new FormData(form)].some(([name, value]) => ["move", "public_text"].includes(name) && value);
  if (isTyped) later();
}

function startWhen(form) {
  const parts = [...form.querySelectorAll("[data-when]")];
  if (!parts.length) return;
  const follow = () => {
    const move = String(new FormData(form).get("move") ?? "") || "none";
    for (const part of parts) {
      part.hidden = !part.dataset.when.split(" ").includes(move);
      part.querySelectorAll("input, select, textarea").forEach((field) => (field.disabled = part.hidden));
    }
  };
  form.addEventListener("change", follow);
  follow();
}

function setAlong(event) {
  const select = event.target.closest("select[data-sets]");
  const value = select?.selectedOptions[0]?.dataset.value;
  const other = value && document.querySelector(select.dataset.sets);
  if (other) other.value = value;
}

function pick(event) {
  const button = event.target.closest("button[data-pick]");
  const select = button && document.querySelector(button.dataset.pick);
  const move = select?.form.elements.move;
  if (!move) return;
  move.value = button.dataset.pickMove;
  move.dispatchEvent(new Event("change", { bubbles: true }));
  select.value = button.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  select.focus();
}

function sayFiles(event) {
  const input = event.target.closest("input[data-files]");
  const into = input && document.querySelector(input.dataset.files);
  if (into) into.textContent = input.files.length ? `เลือกภาพแล้ว ${input.files.length} ภาพ` : "";
}

function startTabs(list) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const pick = (chosen, focuses) => {
    for (const tab of tabs) {
      const isOn = tab === chosen;
      tab.classList.toggle("is-on", isOn);
      tab.setAttribute("aria-selected", String(isOn));
      tab.tabIndex = isOn ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      if (panel) panel.hidden = !isOn;
      if (tab.dataset.tabsClass) tab.closest(".composer")?.classList.toggle(tab.dataset.tabsClass, isOn);
    }
    if (focuses) chosen.focus();
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) pick(tab, false);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(document.activeElement);
    if (step && at >= 0) pick(tabs[(at + step + tabs.length) % tabs.length], true);
  });
  pick(tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0], false);
}

function sendByKeys(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.tagName !== "TEXTAREA") return;
  const button = event.target.form?.querySelector("[data-send-key]");
  if (button && !button.disabled) button.click();
}

export function startComposer() {
  document.querySelectorAll("form[data-preview]").forEach(startPreview);
  document.querySelectorAll("form").forEach(startWhen);
  document.querySelectorAll("[data-tabs]").forEach(startTabs);
  document.addEventListener("keydown", sendByKeys);
  document.addEventListener("change", setAlong);
  document.addEventListener("change", sayFiles);
  document.addEventListener("click", pick);
  document.querySelectorAll("button[data-pick]").forEach((button) => (button.hidden = false));
}
