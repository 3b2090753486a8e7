// Names on the map that we draw ourselves: none lies on another, on the pin, or under a button.

import { draw } from "./page.js";

const MOST = 8;
const LONGEST = 26;
const LETTER = 7.4;
const GAP = 9;
// Marks above and below take no width of their own.
const MARKS = /[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]/g;

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Where a name would lie, to the right (gap > 0) or left of its place. */
function boxOf(words, [x, y], gap) {
  const width = words.replace(MARKS, "").length * LETTER;
  const left = gap > 0 ? x + gap : x + gap - width;
  return { left, right: left + width, top: y - 13, bottom: y + 11 };
}

/** The pin, the buttons for zooming, the note and the scale. */
function keptFree(width, height) {
  const [x, y] = [width / 2, height / 2];
  return [
    { left: x - 26, right: x + 26, top: y - 60, bottom: y + 10 },
    { left: width - 64, right: width, top: 0, bottom: 120 },
    { left: 0, right: 140, top: 0, bottom: 36 },
    { left: 0, right: 130, top: height - 40, bottom: height },
  ];
}

/** SVG for the names of spots = [{name, at: [x, y], css}], the nearest to the pin first; css marks those without a dot. */
export function placeNames(spots, width, height) {
  const taken = keptFree(width, height);
  const shown = [];
  const far = ({ at: [x, y] }) => Math.hypot(x - width / 2, y - height / 2);
  for (const { name, at, css } of spots.sort((a, b) => far(a) - far(b))) {
    if (shown.length >= MOST) break;
    const words = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
    const gap = [GAP, -GAP].find((side) => {
      const box = boxOf(words, at, side);
      const isIn = box.left > 4 && box.right < width - 4 && box.top > 4 && box.bottom < height - 4;
      return isIn && !taken.some((other) => overlap(box, other));
    });
    if (gap === undefined) continue;
    taken.push(boxOf(words, at, gap));
    const text = draw("text", { x: at[0] + gap, y: at[1] + 5, class: css, "text-anchor": gap > 0 ? "start" : "end" });
    text.textContent = words;
    shown.push(draw("g", {}, ...(css ? [] : [draw("circle", { cx: at[0], cy: at[1], r: 4, class: "map__dot" })]), text));
  }
  return shown;
}
