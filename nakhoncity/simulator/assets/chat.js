// A person's chat: shows what the simulator received, and does what the person does.
import { make } from "/assets/flex.js";
import { drawDay, drawMessage } from "/assets/messages.js";

const POLL_MS = 1500;
const find = (id) => document.getElementById(id);
const phone = find("phone");
const { key, liff } = phone.dataset;
const api = `/simulator/api/chats/${key}`;
const log = find("log");
const text = find("text");

let last = 0;
let first = null;
let day = "";
let isFriend = true;
let menuShown = null;
let isAsking = false;

// --- Talking with the simulator ---------------------------------------------------------------

async function send(path, content) {
  const isForm = content instanceof FormData;
  try {
    const answer = await fetch(`${api}/${path}`, {
      method: "POST",
      headers: isForm ? {} : { "Content-Type": "application/json" },
      body: isForm ? content : JSON.stringify(content ?? {}),
    });
    if (!answer.ok) throw new Error((await answer.json()).message);
    hideNotice();
    await poll();
    return true;
  } catch (error) {
    showNotice(error instanceof TypeError ? "ติดต่อระบบจำลองไม่ได้ กรุณาลองอีกครั้ง" : error.message);
    return false;
  }
}

async function poll() {
  if (isAsking) return;
  isAsking = true;
  try {
    const answer = await fetch(`${api}?after=${last}`);
    if (answer.ok) show(await answer.json());
  } catch {
    // The simulator is starting again: the next round will see.
  } finally {
    isAsking = false;
  }
}

// --- Showing ----------------------------------------------------------------------------------

function show(data) {
  if (first !== null && data.first !== first) {
    find("messages").replaceChildren();
    first = null;
    day = "";
    if (last) {
      last = 0;
      find("quick").hidden = true;
      setTimeout(poll, 0);
      return;
    }
  }
  first = data.first;
  showFriendship(data.person.is_friend);
  showMenu(data.menu);
  find("empty").hidden = first !== null;
  if (!data.messages.length) return;
  const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  const hasOwn = data.messages.some((row) => row.sender === "person");
  for (const row of data.messages) {
    if (row.day !== day) find("messages").append(drawDay(row.day));
    day = row.day;
    find("messages").append(drawMessage(row, key, tap));
    last = row.id;
  }
  showQuick(data.messages.at(-1));
  if (wasAtEnd || hasOwn) toEnd();
}

function toEnd() {
  requestAnimationFrame(() => {
    log.scrollTop = log.scrollHeight;
  });
}

function showQuick(row) {
  const items = row.sender === "city" ? row.message.quickReply?.items ?? [] : [];
  const box = find("quick");
  box.replaceChildren(...items.map((item) => {
    const button = make("button", "", item.action.label);
    button.type = "button";
    button.addEventListener("click", () => tap(item.action));
    return button;
  }));
  box.hidden = !items.length;
}

function showFriendship(now) {
  isFriend = now;
  find("friendship").textContent = now ? "บล็อกบัญชีนี้" : "เพิ่มเพื่อน (เลิกบล็อก)";
  phone.classList.toggle("is-blocked", !now);
}

function showMenu(menu) {
  if ((menu?.id ?? null) === menuShown) return;
  menuShown = menu?.id ?? null;
  const box = find("menu");
  box.replaceChildren();
  find("menu-toggle").hidden = !menu;
  if (!menu) {
    openMenu(false);
    return;
  }
  box.append(drawMenu(menu));
  find("menu-toggle").title = menu.chatBarText;
  openMenu(menu.selected);
}

function drawMenu(menu) {
  const frame = make("div", "menu-frame");
  const picture = make("img");
  picture.alt = "";
  picture.src = `/simulator/api/menus/${menu.id}/image`;
  picture.width = menu.size.width;
  picture.height = menu.size.height;
  frame.append(picture);
  for (const { bounds, action } of menu.areas) {
    const area = make("button", "menu-area");
    area.type = "button";
    area.setAttribute("aria-label", action.label || action.text || "เมนู");
    area.style.left = `${(bounds.x / menu.size.width) * 100}%`;
    area.style.top = `${(bounds.y / menu.size.height) * 100}%`;
    area.style.width = `${(bounds.width / menu.size.width) * 100}%`;
    area.style.height = `${(bounds.height / menu.size.height) * 100}%`;
    area.addEventListener("click", () => tap(action));
    frame.append(area);
  }
  return frame;
}

function openMenu(isOpen) {
  find("menu").hidden = !isOpen;
  find("menu-toggle").setAttribute("aria-expanded", String(isOpen));
  toEnd();
}

function showNotice(words) {
  find("notice").textContent = words;
  find("notice").hidden = false;
}

function hideNotice() {
  find("notice").hidden = true;
}

// --- Doing ------------------------------------------------------------------------------------

/** Do what a button's action says. */
function tap(action) {
  const deeds = {
    uri: () => open(action.uri),
    message: () => send("text", { text: action.text }),
    postback: () => send("postback", { data: action.data, displayText: action.displayText ?? action.text ?? "" }),
    richmenuswitch: () => send("menu", { richMenuAliasId: action.richMenuAliasId, data: action.data }),
    camera: () => find("photo").click(),
    cameraRoll: () => find("photo").click(),
    location: () => { find("attach").open = true; },
  };
  if (deeds[action.type]) deeds[action.type]();
  else showNotice("ระบบจำลองยังทำปุ่มชนิดนี้ไม่ได้");
}

function open(uri) {
  if (uri.startsWith(liff)) {
    const address = new URL(uri);
    address.searchParams.set("as", key);
    location.assign(address);
  } else if (/^https?:/i.test(uri)) {
    window.open(uri, "_blank", "noopener");
  } else if (/^tel:/i.test(uri)) {
    showNotice(`โทร ${uri.slice(4)}`);
  } else {
    showNotice("ระบบจำลองเปิดลิงก์นี้ไม่ได้");
  }
}

function fitText() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
}

find("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value;
  if (!words.trim()) return;
  text.value = "";
  fitText();
  if (!(await send("text", { text: words })) && !text.value) text.value = words;
  text.focus();
});

text.addEventListener("input", fitText);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    find("composer").requestSubmit();
  }
});

find("photo").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  find("attach").open = false;
  if (!file) return;
  const form = new FormData();
  form.append("photo", file);
  event.target.value = "";
  await send("photo", form);
});

for (const button of document.querySelectorAll("[data-place]")) {
  button.addEventListener("click", () => {
    find("attach").open = false;
    const { title, address, latitude, longitude } = button.dataset;
    send("location", { title, address, latitude: Number(latitude), longitude: Number(longitude) });
  });
}

find("menu-toggle").addEventListener("click", () => openMenu(find("menu").hidden));
find("friendship").addEventListener("click", () => {
  find("drop").open = false;
  send(isFriend ? "unfollow" : "follow");
});
find("sticker").addEventListener("click", () => {
  find("drop").open = false;
  send("sticker", { packageId: "446", stickerId: "1988" });
});
document.addEventListener("click", (event) => {
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of document.querySelectorAll("details.drop[open]")) drop.open = false;
});

poll();
setInterval(() => {
  if (!document.hidden) poll();
}, POLL_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) poll();
});
