// Clocks that run on by themselves: each minute, in the server's time, in the words of nakhoncity.kit.thai.
//
// <meta name="server-now" content="ISO">  when the page was made; without it the device's clock is believed.
// .badge[data-due="ISO"]                  recounted; data-due-before="แก้ไข" stands before the words.
//   Inside: one svg use (its #i-… changes with the band) and one span (its words change).

import { setIcon } from "../page.js";

const HOUR = 3600e3;
const BANDS = [
  { above: 24 * HOUR, css: "", icon: "clock" },
  { above: 8 * HOUR, css: "is-soon", icon: "soon" },
  { above: 0, css: "is-urgent", icon: "urgent" },
  { above: -Infinity, css: "is-overdue", icon: "overdue" },
];

const madeAt = Date.parse(document.querySelector('meta[name="server-now"]')?.content ?? "");
const offset = Number.isNaN(madeAt) ? 0 : madeAt - Date.now();

export const serverNow = () => Date.now() + offset;

/** One or two units, rounded down: “1 วัน 4 ชม.”, “40 นาที”. */
export function lengthWords(ms) {
  const all = Math.floor(Math.abs(ms) / 60e3);
  const days = Math.floor(all / 1440);
  const hours = Math.floor(all / 60) % 24;
  const minutes = all % 60;
  if (days) return hours ? `${days} วัน ${hours} ชม.` : `${days} วัน`;
  if (hours) return `${hours} ชม.`;
  return minutes ? `${minutes} นาที` : "ไม่ถึง 1 นาที";
}

export function bandOf(left) {
  // The edge of 8 hours belongs to the calmer band, that of 24 hours to the more urgent one, as on the server.
  if (left === 8 * HOUR) return BANDS[1];
  return BANDS.find((band) => left > band.above);
}

function recount(badge) {
  const left = Date.parse(badge.dataset.due) - serverNow();
  const band = bandOf(left);
  const words = `${left > 0 ? "เหลือ" : "เกินกำหนด"} ${lengthWords(left)}`;
  const before = badge.dataset.dueBefore;
  badge.classList.remove("is-soon", "is-urgent", "is-overdue");
  if (band.css) badge.classList.add(band.css);
  setIcon(badge, band.icon);
  const text = badge.querySelector("span");
  if (text) text.textContent = before ? `${before} ${words}` : words;
}

export function recountBadges() {
  document.querySelectorAll(".badge[data-due]").forEach(recount);
}

export function startBadges() {
  setInterval(recountBadges, 60e3);
  // A tab that slept shows old clocks until it is told.
  document.addEventListener("visibilitychange", () => document.hidden || recountBadges());
}
