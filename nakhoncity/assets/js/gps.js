// button[data-gps].is-waiting appears; [data-gps-note] (role=status) says what came of it.

import { t } from "./words.js";
import { $ } from "./page.js";
import { setBusy } from "./forms.js";

const PATIENCE_MS = 10000;
const ROUGH_M = 100;
const WAY_ON = t`กรุณาเลื่อนแผนที่ให้หมุดตรงจุดที่พบปัญหา หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต`;
const FAILURES = {
  1: t`ยังไม่ได้อนุญาตให้ใช้ตำแหน่ง ${WAY_ON}`,
  2: t`โทรศัพท์หาตำแหน่งไม่ได้ในขณะนี้ ${WAY_ON}`,
  3: t`หาตำแหน่งนานเกินไป ลองอีกครั้งในที่โล่ง ถ้ายังไม่ได้ ${WAY_ON}`,
  0: t`โทรศัพท์เครื่องนี้บอกตำแหน่งไม่ได้ ${WAY_ON}`,
};

export function startGps(onFound) {
  const button = $("button[data-gps]");
  const note = $("[data-gps-note]");
  if (!button) return;
  button.classList.remove("is-waiting");
  const say = (words) => note && (note.textContent = words);

  function found({ coords }) {
    setBusy(button.closest("form") ?? button, false, button);
    const metres = Math.max(1, Math.round(coords.accuracy));
    const isRough = metres > ROUGH_M;
    say(isRough ? t`ตำแหน่งคลาดเคลื่อนได้ราว ${metres.toLocaleString("en")} เมตร กรุณาเลื่อนแผนที่ให้หมุดตรงจุด` : t`พบตำแหน่งแล้ว ตรวจว่าหมุดตรงจุด`);
    onFound([coords.latitude, coords.longitude], metres);
  }

  // Asked only after a tap: inside LINE the permission window must not come by itself.
  button.addEventListener("click", () => {
    if (button.classList.contains("is-busy")) return;
    if (!navigator.geolocation) return say(FAILURES[0]);
    setBusy(button.closest("form") ?? button, true, button);
    say(t`กำลังหาตำแหน่ง`);
    navigator.geolocation.getCurrentPosition(
      found,
      (error) => {
        setBusy(button.closest("form") ?? button, false, button);
        say(FAILURES[error.code] ?? FAILURES[0]);
      },
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 30000 },
    );
  });
}
