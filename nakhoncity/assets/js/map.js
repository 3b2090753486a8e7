// Maps, beside resident.js or staff.js.
//   div[data-map="<id of the json_script>"]   hidden or .is-waiting (its place is kept); appears. The JSON: centre [lat, lon], boundary, canals, landmarks,
//                      isSample, tiles ("" = drawn by ourselves), attribution
//     data-lat, data-lon, data-accuracy   ids of the hidden inputs; filled only once somebody has placed the pin
//     data-at="lat,lon"                   only shows this place: no buttons, no drag
//     data-label                          what the picture shows, for people who listen
//   [data-map-words]                      says where the pin stands
//   [data-pin-words="…"]                  what the button to the next step is called once the pin is placed
//   button[data-gps], [data-gps-note]     see gps.js

import { t } from "./words.js";
import { isInside, plane } from "./geometry.js";
import { startGps } from "./gps.js";
import { $, $$, announce, draw, icon, make } from "./page.js";
import { pinShape, plainMap } from "./plainmap.js";

const NUDGE_M = 10;
const STRIDE_M = 100;
const NEAR_M = 500;

const SIDES = [
  ["up", t`เหนือ`, 0, 1],
  ["left", t`ตะวันตก`, -1, 0],
  ["right", t`ตะวันออก`, 1, 0],
  ["down", t`ใต้`, 0, -1],
];

function button(name, label, onTap) {
  return make("button", { class: "btn", type: "button", "aria-label": label, onclick: onTap }, icon(name));
}

function zoomButtons(map) {
  return make(
    "div",
    { class: "map__zoom" },
    button("plus", t`ขยายแผนที่`, () => map.zoom(1)),
    button("minus", t`ย่อแผนที่`, () => map.zoom(-1)),
  );
}

/** Below the map, not on it: fingers that cannot drag get by, and nothing of the map is covered. */
function nudgeButtons(map) {
  const words = make("span", { class: "nudge__words" }, t`เลื่อนหมุดครั้งละ ${NUDGE_M} เมตร`);
  const buttons = SIDES.map(([name, side, east, north]) =>
    button(name, t`เลื่อนหมุดไปทาง${side} ${NUDGE_M} เมตร`, () => map.pan(east * NUDGE_M, north * NUDGE_M)),
  );
  return make("div", { class: "nudge", role: "group", "aria-label": t`เลื่อนหมุด` }, ...buttons, words);
}

function listenToKeys(box, map) {
  const moves = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  box.addEventListener("keydown", (event) => {
    if (event.target !== box) return;
    const metres = event.shiftKey ? STRIDE_M : NUDGE_M;
    if (moves[event.key]) map.pan(moves[event.key][0] * metres, moves[event.key][1] * metres);
    else if (event.key === "+" || event.key === "=") map.zoom(1);
    else if (event.key === "-") map.zoom(-1);
    else return;
    event.preventDefault();
  });
}

function placeWords(data, map, place, accuracy) {
  const { toMetres } = plane(data.centre);
  const near = map.nearest();
  const isIn = !data.boundary?.length || isInside(toMetres(place), data.boundary.map(toMetres));
  const words = [t`ปักหมุดแล้ว`];
  if (near && near.far < NEAR_M) words.push(t`ใกล้${near.name}`);
  $("[data-map-words]")?.classList.toggle("is-outside", !isIn);
  words.push(isIn ? t`ในเขตเทศบาล` : t`นอกเขตเทศบาล เทศบาลจะรับเรื่องไว้และส่งต่อหน่วยงานที่รับผิดชอบ`);
  if (accuracy) words.push(t`คลาดเคลื่อนราว ${accuracy.toLocaleString("en")} เมตร`);
  return words.join(" ");
}

async function chooseMap(box, data, label) {
  if (!data.tiles) return plainMap(data, label);
  try {
    const { tiledMap } = await import("./tiledmap.js");
    const pin = draw("svg", { class: "map__over", viewBox: "-24 -60 48 64", "aria-hidden": "true" }, pinShape());
    return await tiledMap({ data, label, pin, plane, onDead: () => restart(box, data) });
  } catch {
    return plainMap(data, label);
  }
}

/** The tile server is away: draw the map ourselves, where the pin stood. */
function restart(box, data) {
  if (box.dataset.isPlain) return;
  box.dataset.isPlain = "1";
  box.replaceChildren();
  $(".nudge", box.parentElement)?.remove();
  startMap(box, { ...data, tiles: "" });
}

function namePin() {
  for (const words of $$("[data-pin-words]")) words.textContent = words.dataset.pinWords;
}

function keepInputs(box, data, map) {
  const field = (name) => document.getElementById(box.dataset[name] ?? "");
  const [lat, lon, accuracy] = [field("lat"), field("lon"), field("accuracy")];
  const words = $("[data-map-words]");
  let timer;
  map.onMove((place, metres) => {
    box.classList.remove("is-unset");
    namePin();
    if (lat) lat.value = place[0].toFixed(6);
    if (lon) lon.value = place[1].toFixed(6);
    if (accuracy) accuracy.value = metres || "";
    clearTimeout(timer);
    timer = setTimeout(() => {
      const sentence = placeWords(data, map, place, metres);
      if (words) words.textContent = sentence;
      announce(sentence);
    }, 400);
  });
  return lat?.value && lon?.value ? [Number(lat.value), Number(lon.value)] : null;
}

async function startMap(box, data) {
  box.hidden = false;
  const isShown = Boolean(box.dataset.at);
  const map = await chooseMap(box, data, box.dataset.label ?? t`แผนที่`);
  box.append(map.element);
  map.start?.();
  if (data.isSample) box.append(make("p", { class: "map__note" }, t`แผนผังตัวอย่าง`));
  if (isShown) {
    box.classList.add("is-still");
    return map.moveTo(box.dataset.at.split(",").map(Number), 0, true);
  }
  box.classList.remove("is-waiting");
  box.append(zoomButtons(map));
  box.after(nudgeButtons(map));
  box.tabIndex = 0;
  listenToKeys(box, map);
  const kept = keepInputs(box, data, map);
  box.classList.toggle("is-unset", !kept);
  if (kept) namePin();
  const words = $("[data-map-words]");
  words?.classList.remove("is-waiting");
  if (words && kept) words.textContent = placeWords(data, map, kept, 0);
  map.moveTo(kept ?? data.centre, 0, true);
  box.showPlace = (place, accuracy) => map.moveTo(place, accuracy);
}

for (const box of $$("[data-map]")) {
  const data = JSON.parse(document.getElementById(box.dataset.map)?.textContent ?? "null");
  if (data) startMap(box, data);
}
startGps((place, accuracy) => $("[data-map]:not([data-at])")?.showPlace?.(place, accuracy));
