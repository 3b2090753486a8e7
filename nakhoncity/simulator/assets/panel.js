// The switches, and what came, kept fresh.
import { make } from "/assets/flex.js";

const POLL_MS = 1500;
const SHOWN = 200;
const find = (id) => document.getElementById(id);
const OUTCOMES = { accepted: "รับแล้ว", duplicate: "ซ้ำ (เคยรับแล้ว)", refused: "ปฏิเสธ", limited: "เกินกำหนดส่ง", failed: "ตอบว่าขัดข้อง" };
const ENDPOINTS = { push: "ส่งถึงคนเดียว", multicast: "ส่งหลายคน", broadcast: "ส่งทุกคน", reply: "ตอบกลับ" };
let after = 0;
let isAsking = false;

async function call(path, content) {
  const options = content === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) };
  const answer = await fetch(`/simulator/api/${path}`, options);
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.message);
  return data;
}

async function act(path, content, done) {
  try {
    await call(path, content);
    find("notice").textContent = done;
    await poll();
  } catch (error) {
    find("notice").textContent = error instanceof TypeError ? "ติดต่อระบบจำลองไม่ได้ กรุณาลองอีกครั้ง" : error.message;
  }
  find("notice").hidden = false;
}

function showState({ switches, used, webhooks }) {
  const words = {
    lose: switches.lose ? `เหลือ ${switches.lose} ครั้ง` : "ปิดอยู่",
    answer_429: switches.answer_429 ? `เหลือ ${switches.answer_429} ครั้ง` : "ปิดอยู่",
    answer_500: switches.answer_500 ? `เหลือ ${switches.answer_500} ครั้ง` : "ปิดอยู่",
    down_seconds: switches.down_seconds ? `อีก ${switches.down_seconds} วินาที` : "ปิดอยู่",
    quota: switches.quota === null ? "ไม่จำกัด" : `ใช้ไป ${used.toLocaleString("th")} จาก ${switches.quota.toLocaleString("th")}`,
  };
  for (const output of document.querySelectorAll("[data-shows]")) {
    output.textContent = words[output.dataset.shows];
    output.classList.toggle("is-on", output.dataset.shows !== "quota" && words[output.dataset.shows] !== "ปิดอยู่");
  }
  const waiting = webhooks.waiting ? ` เหตุการณ์ที่รอส่งถึงเทศบาล ${webhooks.waiting}` : "";
  const lost = webhooks.given_up ? ` ส่งไม่สำเร็จ ${webhooks.given_up}` : "";
  find("summary").textContent = `ล่าสุดอยู่บนสุด${waiting}${lost}`;
}

function wordsOf(body) {
  if (typeof body !== "object" || !Array.isArray(body.messages)) return "อ่านไม่ได้";
  return body.messages.map((message) => message?.text ?? message?.altText ?? message?.type ?? "").join(" / ");
}

function drawRow(row) {
  const line = make("tr");
  const result = make("td");
  result.append(make("span", `tag ${row.outcome}`, OUTCOMES[row.outcome] ?? row.outcome));
  if (row.is_lost) result.append(make("span", "tag lost", "คำตอบหาย"));
  if (row.reason) result.append(make("span", "quiet", row.reason));
  const detail = make("details");
  detail.append(make("summary", "", wordsOf(row.body).slice(0, 120)), make("pre", "", JSON.stringify(row.body, null, 1)));
  const words = make("td", "words");
  words.append(detail);
  const who = row.users.length > 3 ? `${row.users.slice(0, 3).join(", ")} และอีก ${row.users.length - 3}` : row.users.join(", ");
  line.append(
    make("td", "time", row.time),
    make("td", "", who || "–"),
    make("td", "", ENDPOINTS[row.endpoint] ?? row.endpoint),
    result,
    words,
    make("td", "key", row.retry_key.slice(0, 8)),
  );
  return line;
}

async function poll() {
  if (isAsking) return;
  isAsking = true;
  try {
    showState(await call("state"));
    const { received } = await call(`received?after=${after}&limit=${SHOWN}`);
    const body = find("received");
    for (const row of received) {
      body.prepend(drawRow(row));
      after = row.id;
    }
    while (body.rows.length > SHOWN) body.deleteRow(-1);
    find("none").hidden = body.rows.length > 0;
  } catch {
    // The simulator is starting again: the next round will see.
  } finally {
    isAsking = false;
  }
}

for (const form of document.querySelectorAll("[data-switch]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act("switches", { [form.dataset.switch]: Number(form.querySelector("input").value) }, "ตั้งค่าแล้ว");
  });
}
find("redeliver").addEventListener("click", () => act("redeliver", {}, "ส่งเหตุการณ์ล่าสุดซ้ำแล้ว"));
find("reset").addEventListener("click", async () => {
  await act("reset", {}, "ล้างแล้ว");
  find("received").replaceChildren();
  find("none").hidden = false;
});
poll();
setInterval(() => {
  if (!document.hidden) poll();
}, POLL_MS);
