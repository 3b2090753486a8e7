// What all scripts share: the live region, icons from the page's sprite, and posting with the CSRF token.

import { isEnglish } from "./words.js";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const meta = (name) => $(`meta[name="${name}"]`)?.content ?? "";

/** Say something to people who listen to the page. */
export function announce(words) {
  const region = $("#live");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = words), 60);
}

/** Make an element: attributes by name, `on…` as listeners, children as nodes or text. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element. */
export function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** One symbol of the icon file, whose hashed address every page carries in its foot. */
export function icon(name, css = "") {
  const file = ($("use")?.getAttribute("href") ?? "").split("#")[0];
  return draw("svg", { class: `icon ${css}`.trim(), "aria-hidden": "true" }, draw("use", { href: `${file}#i-${name}` }));
}

/** Change the symbol of an icon that stands on the page. */
export function setIcon(svg, name) {
  const use = $("use", svg);
  if (use) use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#i-${name}`);
}

/** POST a form body; the token goes in the header. */
export function post(url, body, headers = {}) {
  return fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-CSRFToken": meta("csrf"), "X-Requested-With": "fetch", ...headers },
  });
}

/** "14.05 น." of now, in English "14:05", by the clock of the town. */
export function clockWords(moment = new Date()) {
  const parts = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Bangkok" });
  return isEnglish ? parts : `${parts.replace(":", ".")} น.`;
}
