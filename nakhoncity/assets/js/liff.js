// Signing in by LINE, and what only LINE's own browser can do. Reads from the page:
//   meta liff-sdk, liff-id, session-url, csrf; meta resident: a mark of who is signed in (see residents/middleware.py), or ""
//   html.is-checking     a page of one resident inside LINE: nothing of it is seen until it is clear that it is his
//   [data-liff-signin]   the page is waiting for the sign-in: reload when it is there, ask LINE to log in when needed
//   [data-liff-fresh]    the page shows more once somebody is signed in: reload then
//   [data-liff-notice]   hidden; shown when LINE does not answer within 6 s; [data-liff-words] inside says why,
//                        a[data-liff-external] leads out of LINE's browser
//   input[name=in_chat]  set to "1" inside a chat with us, where the form may post a line for the resident
//   [data-send-receipt="<text>"]  that line: sent to the chat once for each text
//   button[data-liff-close][hidden]  appears inside LINE
//   [data-liff-stranger][hidden]     appears for those who are no friend of the town's account

import { t } from "./words.js";
import { $, $$, meta, post } from "./page.js";
import { inWindow } from "./storage.js";

const PATIENCE_MS = 6000;
const ONCE_MS = 60000;
const MARK = "liff-resident";
const USER = "liff-user";
const AWAY = t`เชื่อมต่อกับ LINE ไม่ได้ จึงยังไม่ทราบว่าเป็นท่าน กรุณาปิดหน้านี้แล้วเปิดใหม่จาก LINE`;
const DISTRUST = t`LINE ไม่ยืนยันตัวตนของท่าน กรุณาปิดหน้านี้แล้วเปิดใหม่จาก LINE`;
const NO_COOKIES = t`เข้าสู่ระบบแล้ว แต่เบราว์เซอร์นี้ไม่รับคุกกี้ กรุณาอนุญาตคุกกี้ของเว็บไซต์นี้ หรือเปิดหน้านี้จาก LINE`;

const root = document.documentElement;
const isInLine = () => /\bLine\//.test(navigator.userAgent);

/** Something that must not go round in circles: true once a minute, and never where nothing can be remembered. */
function firstTime(name) {
  if (Date.now() - Number(inWindow.get(name) ?? 0) < ONCE_MS) return false;
  return inWindow.set(name, String(Date.now()));
}

function notice(words = "") {
  const box = $("[data-liff-notice]");
  if (!box) return;
  if (words) $("[data-liff-words]", box).textContent = words;
  const way = $("[data-liff-external]", box);
  if (way) {
    way.hidden = !isInLine();
    way.href = `${location.pathname}?openExternalBrowser=1`;
  }
  box.hidden = false;
  // It says what to do: nothing is waited for any more.
  $("[data-liff-signin]")?.toggleAttribute("hidden", true);
}

function reload() {
  if (!firstTime("liff-reload")) return notice(NO_COOKIES);
  // Not reload(): the page may be the answer to a POST.
  location.replace(location.pathname + location.search);
}

function loadSdk(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => (window.liff ? resolve(window.liff) : reject(new Error("no liff")));
    script.onerror = () => reject(new Error("sdk not loaded"));
    document.head.append(script);
  });
}

const userOf = (liff) => liff.getContext?.()?.userId ?? liff.getDecodedIDToken?.()?.sub ?? "";

/** The same mark that the server makes of a LINE user id; "" where the browser cannot (plain http). */
async function markOf(userId) {
  if (!userId || !crypto.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(userId)));
  return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function reveal() {
  root.classList.remove("is-checking");
}

function hasExpired(liff) {
  const token = liff.getDecodedIDToken?.();
  return Boolean(token?.exp) && token.exp * 1000 < Date.now() + 30000;
}

/** LINE keeps an ID token longer than it is valid: throw it away and come back to this address with a fresh one. */
function renew(liff) {
  if (!firstTime("liff-renew")) return notice(DISTRUST);
  const isInClient = liff.isInClient();
  liff.logout();
  // Inside LINE a login begins by itself with the next init.
  if (isInClient) location.reload();
  else liff.login({ redirectUri: location.href });
}

async function signIn(liff, isNeeded) {
  if (hasExpired(liff)) return isNeeded || liff.isInClient() ? renew(liff) : undefined;
  const answer = await post(meta("session-url"), new URLSearchParams({ id_token: liff.getIDToken() ?? "" }));
  if (answer.ok) {
    inWindow.set(USER, userOf(liff));
    return isNeeded || $("[data-liff-fresh]") ? reload() : undefined;
  }
  if (!isNeeded) return undefined;
  if (answer.status === 401) return renew(liff);
  const { message = "" } = await answer.json().catch(() => ({}));
  return notice(message);
}

/** Whoever opened this page in LINE must be who is signed in here: two people may use one telephone. */
async function checkPerson(liff, isAwaited) {
  const known = meta("resident");
  if (!liff.isLoggedIn()) {
    reveal();
    if (isAwaited && firstTime("liff-login")) liff.login({ redirectUri: location.href });
    else if (isAwaited) notice(t`ยังเข้าใช้ด้วย LINE ไม่ได้ กรุณาเปิดหน้านี้จาก LINE`);
    return;
  }
  if (!known) return signIn(liff, isAwaited);
  const user = userOf(liff);
  const mark = await markOf(user);
  if (mark ? mark === known : inWindow.get(USER) === user) {
    inWindow.set(MARK, known);
    return reveal();
  }
  inWindow.remove(MARK);
  root.classList.add("is-checking");
  return signIn(liff, true);
}

function isInOurChat(liff) {
  if (!liff.isInClient()) return false;
  const kind = liff.getContext?.()?.type;
  return kind === undefined || kind === "utou";
}

async function sendReceipt(liff, text) {
  if (!text || inWindow.get(`receipt:${text}`)) return;
  inWindow.set(`receipt:${text}`, "1");
  // Refused or failed, nothing is lost: the server pushes the receipt some seconds later.
  await liff.sendMessages([{ type: "text", text }]).catch(() => {});
}

function markForms() {
  $$("input[name=in_chat]").forEach((input) => (input.value = "1"));
}

function offerClosing(liff) {
  for (const button of $$("[data-liff-close]")) {
    button.hidden = false;
    button.addEventListener("click", () => liff.closeWindow());
  }
}

/** Who is no friend gets no messages: the page says so, as far as LINE tells us. */
async function greetStranger(liff) {
  const box = $("[data-liff-stranger]");
  if (!box || !liff.isLoggedIn()) return;
  const { friendFlag } = await liff.getFriendship().catch(() => ({ friendFlag: true }));
  box.hidden = friendFlag;
}

async function start(isAwaited) {
  const liff = await loadSdk(meta("liff-sdk"));
  await liff.init({ liffId: meta("liff-id") });
  await checkPerson(liff, isAwaited);
  greetStranger(liff);
  if (liff.isInClient()) offerClosing(liff);
  if (!isInOurChat(liff)) return;
  markForms();
  document.addEventListener("page:shown", markForms);
  const receipt = $("[data-send-receipt]");
  if (receipt) await sendReceipt(liff, receipt.dataset.sendReceipt);
}

/** The page never waits for LINE, but for whose it is: it works as it is, and says so when LINE does not come. */
export function startLiff() {
  if (!meta("liff-sdk")) return;
  const known = meta("resident");
  if (known && inWindow.get(MARK) === known) reveal();
  const isAwaited = Boolean($("[data-liff-signin]"));
  const complain = () => {
    if (isAwaited || root.classList.contains("is-checking")) notice(AWAY);
    else if (isInLine() && !known) notice();
  };
  const timer = setTimeout(complain, PATIENCE_MS);
  start(isAwaited)
    .catch(complain)
    .finally(() => clearTimeout(timer));
}
