// Signing in by LINE, and what only LINE's own browser can do. Reads from the page:
//   meta liff-sdk, liff-id, session-url, resident ("yes" when signed in), csrf
//   [data-liff-signin]   the page is waiting for the sign-in: reload when it is there, ask LINE to log in when needed
//   [data-liff-notice]   hidden; shown when LINE does not answer within 6 s; [data-liff-words] inside says why
//   input[name=in_chat]  set to "1" inside a chat with us, where the form may post a line for the resident
//   [data-send-receipt="<text>"]  that line: sent to the chat once for each text

import { $, $$, meta, post } from "./page.js";

const PATIENCE_MS = 6000;
const ONCE_MS = 60000;

/** Something that must not go round in circles: true once a minute. */
function firstTime(name) {
  const last = Number(sessionStorage.getItem(name) ?? 0);
  if (Date.now() - last < ONCE_MS) return false;
  sessionStorage.setItem(name, String(Date.now()));
  return true;
}

function notice(words = "") {
  const box = $("[data-liff-notice]");
  if (!box) return;
  if (words) $("[data-liff-words]", box).textContent = words;
  box.hidden = false;
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

function hasExpired(liff) {
  const token = liff.getDecodedIDToken?.();
  return Boolean(token?.exp) && token.exp * 1000 < Date.now() + 30000;
}

/** LINE keeps an ID token longer than it is valid: throw it away and ask for a fresh one. */
function renew(liff) {
  if (!firstTime("liff-renew")) return notice("LINE ไม่ยืนยันตัวตนของท่าน กรุณาปิดหน้านี้แล้วเปิดใหม่จาก LINE");
  liff.logout();
  if (liff.isInClient()) location.reload();
  else liff.login({ redirectUri: location.href });
}

async function signIn(liff, isAwaited) {
  if (!liff.isLoggedIn()) {
    if (isAwaited && firstTime("liff-login")) liff.login({ redirectUri: location.href });
    else if (isAwaited) notice("ยังเข้าใช้ด้วย LINE ไม่ได้ กรุณาเปิดหน้านี้จาก LINE");
    return;
  }
  if (hasExpired(liff)) return isAwaited || liff.isInClient() ? renew(liff) : undefined;
  const answer = await post(meta("session-url"), new URLSearchParams({ id_token: liff.getIDToken() ?? "" }));
  if (answer.ok) {
    // Not reload(): the page may be the answer to a POST.
    if (isAwaited) location.replace(location.pathname + location.search);
    return;
  }
  if (!isAwaited) return;
  if (answer.status === 401) return renew(liff);
  const { message = "" } = await answer.json().catch(() => ({}));
  notice(message);
}

function isInOurChat(liff) {
  if (!liff.isInClient()) return false;
  const kind = liff.getContext?.()?.type;
  return kind === undefined || kind === "utou";
}

async function sendReceipt(liff, text) {
  if (!text || sessionStorage.getItem(`receipt:${text}`)) return;
  sessionStorage.setItem(`receipt:${text}`, "1");
  // Refused or failed, nothing is lost: the server pushes the receipt some seconds later.
  await liff.sendMessages([{ type: "text", text }]).catch(() => {});
}

async function start(isAwaited) {
  const liff = await loadSdk(meta("liff-sdk"));
  await liff.init({ liffId: meta("liff-id") });
  if (isInOurChat(liff)) {
    $$("input[name=in_chat]").forEach((input) => (input.value = "1"));
    const receipt = $("[data-send-receipt]");
    if (receipt) await sendReceipt(liff, receipt.dataset.sendReceipt);
  }
  if (meta("resident") !== "yes") await signIn(liff, isAwaited);
}

/** The page never waits for LINE: it works as it is, and says so when LINE does not come. */
export function startLiff() {
  if (!meta("liff-sdk")) return;
  const isAwaited = Boolean($("[data-liff-signin]"));
  const timer = setTimeout(() => isAwaited && notice(), PATIENCE_MS);
  start(isAwaited)
    .catch(() => isAwaited && notice())
    .finally(() => clearTimeout(timer));
}
