// The map without tiles: boundary, canals and landmarks as SVG; the pin stands still in the middle, the map moves.
// A map is {element, place(), moveTo(place, metres), pan(east, north), zoom(step), onMove(callback)}.

import { t } from "./words.js";
import { distance, plane } from "./geometry.js";
import { placeNames } from "./mapnames.js";
import { draw } from "./page.js";

const SCALES = [0.25, 0.5, 1, 2, 4, 8, 16, 24];
const FIRST = 4;
const EVERY_M = 120;
const BARS = [10, 20, 50, 100, 200, 500, 1000, 2000];
const NAME_FROM = 4;

const corners = (points) => points.map(([x, y]) => `${x.toFixed(1)},${(-y).toFixed(1)}`).join(" ");

export function pinShape() {
  return draw(
    "g",
    { class: "map__pin" },
    draw("ellipse", { rx: 8, ry: 3, class: "map__shade" }),
    draw("path", { d: "M0 0c-13-15-20-24-20-34a20 20 0 1 1 40 0C20-24 13-15 0 0z", class: "map__drop" }),
    draw("circle", { cy: -33, r: 7, class: "map__hole" }),
  );
}

function drawWorld(data, toMetres) {
  const land = draw("polygon", { class: "map__land", points: corners((data.boundary ?? []).map(toMetres)) });
  const canals = (data.canals ?? []).map((canal) =>
    draw("polyline", { class: "map__canal", points: corners(canal.points.map(toMetres)) }),
  );
  return draw("g", {}, land, ...canals);
}

/** Points along a line, close enough to each other for a name to stand at any of them. */
function along(corners) {
  return corners.slice(1).flatMap((to, i) => {
    const from = corners[i];
    const parts = Math.max(1, Math.round(distance(from, to) / EVERY_M));
    return Array.from({ length: parts }, (_, n) => [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * n) / parts));
  });
}

/** What carries a name: canals at many places, landmarks at one. */
function named(data, toMetres) {
  const canals = (data.canals ?? []).map(({ name, points }) => ({ name, places: along(points.map(toMetres)), css: "is-canal" }));
  const landmarks = (data.landmarks ?? []).map(({ name, lat, lon }) => ({ name, places: [toMetres([lat, lon])], css: "" }));
  return [...landmarks, ...canals];
}

const nearestOf = (places, to) => places.reduce((best, place) => (distance(place, to) < distance(best, to) ? place : best));

export function plainMap(data, label) {
  const { toMetres, toPlace } = plane(data.centre);
  const names = named(data, toMetres);
  const state = { at: [0, 0], scale: FIRST, accuracy: 0, listeners: [] };
  const world = drawWorld(data, toMetres);
  const ring = draw("circle", { class: "map__ring", r: 0 });
  const centre = draw("g", {}, ring, pinShape());
  const words = draw("g", { class: "map__names" });
  const bar = draw("g", { class: "map__bar" });
  const svg = draw("svg", { role: "img", "aria-label": label }, world, words, bar, centre);

  const size = () => [svg.clientWidth || 328, svg.clientHeight || 320];
  const perPixel = () => SCALES[state.scale];

  function showNames(width, height) {
    // Far out only the canals keep their names.
    const near = names.filter(({ css }) => css || perPixel() <= SCALES[NAME_FROM + 1]);
    const spots = near.map(({ name, places, css }) => [name, css, nearestOf(places, state.at)]).map(([name, css, at]) => ({
      name, css, at: [width / 2 + (at[0] - state.at[0]) / perPixel(), height / 2 - (at[1] - state.at[1]) / perPixel()],
    }));
    words.replaceChildren(...placeNames(spots, width, height));
  }

  function showBar(height) {
    const length = BARS.findLast?.((metres) => metres / perPixel() <= 96) ?? BARS.filter((m) => m / perPixel() <= 96).pop() ?? 10;
    const text = draw("text", { x: 12, y: height - 16 });
    text.textContent = length < 1000 ? t`${length} เมตร` : t`${length / 1000} กม.`;
    bar.replaceChildren(draw("path", { d: `M12 ${height - 12}v4h${(length / perPixel()).toFixed(1)}v-4` }), text);
  }

  function render() {
    const [width, height] = size();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const zoom = 1 / perPixel();
    const [x, y] = [width / 2 - state.at[0] * zoom, height / 2 + state.at[1] * zoom];
    world.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${zoom})`);
    centre.setAttribute("transform", `translate(${width / 2} ${height / 2})`);
    ring.setAttribute("r", Math.min(state.accuracy / perPixel(), width).toFixed(1));
    showNames(width, height);
    showBar(height);
  }

  function moved() {
    render();
    state.listeners.forEach((listener) => listener(toPlace(state.at), state.accuracy));
  }

  function setScale(index) {
    state.scale = Math.max(0, Math.min(SCALES.length - 1, index));
    render();
  }

  function move(east, north) {
    state.at = [state.at[0] + east, state.at[1] + north];
    state.accuracy = 0;
    moved();
  }

  function watchFingers() {
    const fingers = new Map();
    let gap = 0;
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    };
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (fingers.size === 2) gap = spread();
    });
    svg.addEventListener("pointermove", (event) => {
      const from = fingers.get(event.pointerId);
      if (!from) return;
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (fingers.size === 1) {
        move((from[0] - event.clientX) * perPixel(), (event.clientY - from[1]) * perPixel());
      } else if (fingers.size === 2 && Math.abs(spread() / gap - 1) > 0.3) {
        setScale(state.scale + (spread() > gap ? -1 : 1));
        gap = spread();
      }
    });
    for (const kind of ["pointerup", "pointercancel"]) svg.addEventListener(kind, (event) => fingers.delete(event.pointerId));
  }

  watchFingers();
  new ResizeObserver(render).observe(svg);
  return {
    element: svg,
    place: () => toPlace(state.at),
    pan: move,
    zoom: (step) => setScale(state.scale - step),
    onMove: (listener) => state.listeners.push(listener),
    moveTo(place, accuracy = 0, isQuiet = false) {
      state.at = toMetres(place);
      state.accuracy = accuracy;
      if (accuracy) state.scale = accuracy > 200 ? 4 : accuracy > 60 ? 3 : 2;
      if (isQuiet) render();
      else moved();
    },
    /** The name nearest to the pin, and how many metres it is away. */
    nearest() {
      const far = names.map(({ name, places }) => ({ name, far: distance(nearestOf(places, state.at), state.at) }));
      return far.sort((a, b) => a.far - b.far)[0];
    },
  };
}
