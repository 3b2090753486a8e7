// Lists and figures that keep up with the desk: asked every 20 seconds, quiet while the tab is hidden.
//
// [data-poll="URL"]     id needed; the server answers the part inside it, or 304 for an unchanged ETag.
//   data-etag='"…"'     what is shown now, so that the first question can already be answered 304.
//   [data-key]          rows in it. New rows are not put under the cursor: a bar offers them. Same rows in the same
//                       order are brought up to date in place, focus and ticks kept.
// [data-poll-bar]       hidden button outside the polled part, inside the same section or page; pressing it shows the rows.
// [data-poll-late]      hidden element shown while no answer comes; a [data-poll-at] in it says of when the data is.
// Elements with hx-swap-oob in the answer go to their own places (the counts in the rail).

import htmx from "htmx.org";
import { enhance } from "../forms.js";
import { announce, clockWords } from "../page.js";
import { recountBadges } from "./badges.js";

const EVERY = 20e3;

const keysOf = (root) => [...root.querySelectorAll("[data-key]")].map((row) => row.dataset.key);

function show(part, html) {
  htmx.swap(part, html, { swapStyle: "morph:innerHTML", swapDelay: 0, settleDelay: 0 }, { contextElement: part });
  recountBadges();
  enhance(part);
}

class Poll {
  constructor(part) {
    this.part = part;
    this.etag = part.dataset.etag ?? "";
    this.at = new Date();
    this.waiting = "";
    this.bar = document.querySelector("[data-poll-bar]");
    this.late = document.querySelector("[data-poll-late]");
    this.bar?.addEventListener("click", () => this.showWaiting());
  }

  async ask() {
    if (document.hidden || this.isAsking) return;
    this.isAsking = true;
    try {
      const stop = AbortSignal.timeout ? AbortSignal.timeout(15e3) : undefined;
      const headers = { "HX-Request": "true", ...(this.etag ? { "If-None-Match": this.etag } : {}) };
      const answer = await fetch(this.part.dataset.poll || location.href, { headers, cache: "no-store", signal: stop });
      if (answer.redirected) return location.reload(); // signed out meanwhile
      if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      this.tellLate(false);
      this.at = new Date();
      if (answer.status !== 304) this.take(await answer.text(), answer.headers.get("ETag") ?? "");
    } catch {
      this.tellLate(true);
    } finally {
      this.isAsking = false;
    }
  }

  take(html, etag) {
    this.etag = etag;
    const next = new DOMParser().parseFromString(html, "text/html");
    const old = keysOf(this.part);
    const keys = keysOf(next);
    if (old.join() === keys.join() || !this.bar) {
      this.waiting = "";
      if (this.bar) this.bar.hidden = true;
      return show(this.part, html);
    }
    this.waiting = html;
    const fresh = keys.filter((key) => !old.includes(key)).length;
    const words = fresh ? `มีเรื่องใหม่ ${fresh} เรื่อง กดเพื่อแสดง` : "รายการเปลี่ยนแล้ว กดเพื่อแสดง";
    (this.bar.querySelector("span") ?? this.bar).textContent = words;
    this.bar.hidden = false;
    announce(words);
  }

  showWaiting() {
    if (this.waiting) show(this.part, this.waiting);
    this.waiting = "";
    this.bar.hidden = true;
    (this.part.querySelector("a, button, input") ?? this.part).focus?.();
  }

  tellLate(isLate) {
    if (!this.late || this.late.hidden !== isLate) return;
    this.late.hidden = !isLate;
    const at = this.late.querySelector("[data-poll-at]");
    if (at) at.textContent = clockWords(this.at);
  }
}

export function startPolls() {
  const polls = [...document.querySelectorAll("[data-poll]")].map((part) => new Poll(part));
  if (!polls.length) return;
  const askAll = () => polls.forEach((poll) => poll.ask());
  setInterval(askAll, EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || askAll());
}
