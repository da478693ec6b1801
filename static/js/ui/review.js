// A list to review by keyboard, one key a card. Its buttons name their key in data-key, a field the one that goes to
// it; arrows move. A list with data-next begins with its first card, and when none is left the page goes there.

import { isTyping, singleKeysOn } from "./shortcuts.js";

const list = document.querySelector("[data-review]");
const left = document.querySelector("[data-left]");

function cards() {
  return [...list.querySelectorAll("[data-card]")];
}

function at(element) {
  return element?.closest?.("[data-card]") ?? null;
}

function go(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function press(card, key) {
  const wanted = card?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted) return false;
  if (wanted.matches("input")) wanted.select();
  else wanted.click();
  return true;
}

if (list) {
  // Cards beyond this page wait too.
  const elsewhere = Math.max(0, Number(left?.dataset.left || 0) - cards().length);

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
    if (event.key === "ArrowDown") go(all[Math.min(place + 1, all.length - 1)]);
    else if (event.key === "ArrowUp") go(all[Math.max(place - 1, 0)]);
    else if (!press(card, event.key)) return;
    event.preventDefault();
  });

  // The next card is in hand before the server has answered; a refusal brings its own card back.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const card = at(event.detail.elt);
    if (!card) return;
    const all = cards();
    go(all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1]);
  });
  document.body.addEventListener("htmx:responseError", (event) => go(at(event.detail.elt)));
  const count = () => {
    left.textContent = String(cards().length + elsewhere);
    if (list.dataset.next && !cards().length) location.assign(list.dataset.next);
  };
  if (left) new MutationObserver(count).observe(list, { childList: true });
  if (list.dataset.next) go(cards()[0]);
}
