// Words selected in a text go to the form beside it: their offsets in code points, and the words themselves.

import { TextMap } from "../coding/offsets.js";

const root = document.querySelector("[data-names-text]");
const form = document.querySelector("#place-form");

function take(map) {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  if (!root.contains(selection.anchorNode) || !root.contains(selection.focusNode)) return;
  const stretch = map.fromRange(selection.getRangeAt(0));
  if (!stretch) return;
  const words = map.textBetween(stretch.start, stretch.end);
  form.elements.start.value = stretch.start;
  form.elements.end.value = stretch.end;
  form.elements.term.value = words.replace(/\s+/g, " ").slice(0, 200);
}

if (root && form) {
  const map = TextMap.fromPage(root);
  let timer = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(() => take(map), 120);
  });
  // What is typed instead of selected is about no place.
  form.elements.term.addEventListener("input", () => {
    form.elements.start.value = "";
    form.elements.end.value = "";
  });
}
