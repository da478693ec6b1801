// The review by keyboard: one key a word. Enter replaces, - keeps, + goes to the replacement, arrows move.

import { isTyping, singleKeysOn } from "../ui/shortcuts.js";

const list = document.querySelector("[data-names]");
const left = document.querySelector("[data-left]");

function cards() {
  return [...list.querySelectorAll("[data-name]")];
}

function at(element) {
  return element?.closest?.("[data-name]") ?? null;
}

function go(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function press(card, verdict) {
  card.querySelector(`button[value=${verdict}]`)?.click();
}

if (list) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !singleKeysOn()) return;
    const card = at(document.activeElement);
    if (isTyping(event.target)) {
      if (event.key === "Escape" && card) go(card);
      return;
    }
    if (event.target.closest("a, button, summary") && event.key === "Enter") return;
    const all = cards();
    const place = card ? all.indexOf(card) : -1;
    const acts = {
      ArrowDown: () => go(all[Math.min(place + 1, all.length - 1)]),
      ArrowUp: () => go(all[Math.max(place - 1, 0)]),
      Enter: () => card && press(card, "replace"),
      "-": () => card && press(card, "keep"),
      "+": () => card?.querySelector("input[name=replacement]")?.select(),
    };
    if (!acts[event.key] || (!card && !event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    acts[event.key]();
  });

  // The next word is in hand before the server has answered; a refusal brings its own word back.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const card = at(event.detail.elt);
    if (!card) return;
    const all = cards();
    go(all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1]);
  });
  document.body.addEventListener("htmx:responseError", (event) => go(at(event.detail.elt)));
  document.body.addEventListener("htmx:afterSwap", () => {
    if (left) left.textContent = String(cards().length);
  });
}
