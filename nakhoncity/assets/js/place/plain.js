// The map that needs no tiles: boundary, canals, landmarks, a grid and a scale bar as SVG, redrawn as it moves.

import { draw } from "../page.js";
import { metresFrom } from "./metres.js";

const STEPS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const CANAL_M = 16;

const stepFor = (scale, px) => STEPS.find((step) => step * scale >= px) ?? STEPS.at(-1);

export class PlainMap {
  constructor(box, data) {
    this.data = data;
    this.svg = draw("svg", { class: "plain", "aria-hidden": "true" });
    box.append(this.svg);
    this.land = this.add("path", "plain__land");
    this.grid = this.add("path", "plain__grid");
    this.canals = data.canals.map((canal) => [canal, this.add("path", "plain__canal"), this.label(canal.name, "is-water")]);
    this.marks = data.landmarks.map((mark) => [mark, this.add("path", "plain__mark"), this.label(mark.name)]);
    this.bar = this.add("path", "plain__bar");
    this.barWords = this.label("");
  }

  add(tag, css) {
    const node = draw(tag, { class: css });
    this.svg.append(node);
    return node;
  }

  label(words, css = "") {
    const node = this.add("text", `plain__label ${css}`.trim());
    node.textContent = words;
    return node;
  }

  /** Draw around a place, at so many pixels a metre. */
  show({ place, scale }) {
    const box = this.svg.parentElement;
    const [width, height] = [box.clientWidth, box.clientHeight];
    if (!width) return;
    const at = (point) => {
      const [east, north] = metresFrom(place, point);
      return [Math.round((width / 2 + east * scale) * 10) / 10, Math.round((height / 2 - north * scale) * 10) / 10];
    };
    const line = (points) => `M${points.map((point) => at(point).join(" ")).join("L")}`;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.land.setAttribute("d", this.data.boundary.length ? `${line(this.data.boundary)}Z` : "");
    for (const [canal, path, label] of this.canals) {
      path.setAttribute("d", line(canal.points));
      path.setAttribute("stroke-width", Math.max(3, CANAL_M * scale).toFixed(1));
      this.put(label, this.middle(canal.points.map(at), width, height), 0, -8);
    }
    for (const [mark, path, label] of this.marks) {
      const [x, y] = at([mark.lat, mark.lon]);
      path.setAttribute("d", `M${x} ${y - 16}l1.6 7h-3.2zM${x - 7} ${y + 3}c0-7 3-11 7-12 4 1 7 5 7 12z`);
      this.put(label, [x, y], 0, 20);
    }
    this.drawGrid(width, height, place, scale);
    this.drawBar(height, scale);
  }

  put(label, spot, dx, dy) {
    label.toggleAttribute("hidden", !spot);
    if (!spot) return;
    label.setAttribute("x", spot[0] + dx);
    label.setAttribute("y", spot[1] + dy);
  }

  /** The middle of the part of a line that shows. */
  middle(points, width, height) {
    const shown = [];
    for (let i = 1; i < points.length; i++) {
      for (let part = 0; part < 8; part++) {
        const x = points[i - 1][0] + ((points[i][0] - points[i - 1][0]) * part) / 8;
        const y = points[i - 1][1] + ((points[i][1] - points[i - 1][1]) * part) / 8;
        if (x > 50 && x < width - 50 && y > 24 && y < height - 30) shown.push([Math.round(x), Math.round(y)]);
      }
    }
    // A third of the way: the middle is where the pin stands.
    return shown[Math.floor(shown.length / 3)] ?? null;
  }

  drawGrid(width, height, place, scale) {
    const step = stepFor(scale, 64) * scale;
    const [east, north] = metresFrom(this.data.centre, place);
    const left = (((width / 2 - east * scale) % step) + step) % step;
    const top = (((height / 2 + north * scale) % step) + step) % step;
    let d = "";
    for (let x = left; x < width; x += step) d += `M${x.toFixed(1)} 0V${height}`;
    for (let y = top; y < height; y += step) d += `M0 ${y.toFixed(1)}H${width}`;
    this.grid.setAttribute("d", d);
  }

  drawBar(height, scale) {
    const metres = stepFor(scale, 56);
    this.bar.setAttribute("d", `M12 ${height - 18}v6h${(metres * scale).toFixed(1)}v-6`);
    this.barWords.textContent = metres < 1000 ? `${metres} เมตร` : `${metres / 1000} กม.`;
    this.barWords.classList.add("is-start");
    this.put(this.barWords, [12, height - 24], 0, 0);
  }

  /** Follow fingers, mouse and wheel. `moved(east, north)` in metres, `zoomed(factor)`. */
  listen({ moved, zoomed, scale }) {
    const box = this.svg.parentElement;
    const fingers = new Map();
    let apart = 0;
    const gap = () => {
      const [one, other] = [...fingers.values()];
      return Math.hypot(one.x - other.x, one.y - other.y);
    };
    box.addEventListener("pointerdown", (event) => {
      box.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      apart = fingers.size === 2 ? gap() : 0;
    });
    box.addEventListener("pointermove", (event) => {
      const finger = fingers.get(event.pointerId);
      if (!finger) return;
      const [dx, dy] = [event.clientX - finger.x, event.clientY - finger.y];
      Object.assign(finger, { x: event.clientX, y: event.clientY });
      if (fingers.size === 1) moved(-dx / scale(), dy / scale());
      else if (fingers.size === 2 && apart) {
        const now = gap();
        zoomed(now / apart);
        apart = now;
      }
    });
    for (const end of ["pointerup", "pointercancel"]) {
      box.addEventListener(end, (event) => {
        fingers.delete(event.pointerId);
        apart = 0;
      });
    }
    box.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        zoomed(event.deltaY < 0 ? 1.25 : 0.8);
      },
      { passive: false },
    );
    new ResizeObserver(() => moved(0, 0)).observe(box);
  }

  remove() {
    this.svg.remove();
  }
}
