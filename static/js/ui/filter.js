/** Letters as a person searches them: small, and ae/o/a find æ/ø/å. */
export function fold(text) {
  return text
    .toLocaleLowerCase("nb")
    .normalize("NFC")
    .replace(/æ/g, "ae")
    .replace(/ø/g, "o")
    .replace(/å/g, "a")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

/**
 * An input with data-filter="#list" hides, as one types, the [data-filter-item]s of that list which do not hold all
 * words typed. Items may be nested (a tree): those above a hit stay. data-filter-count="#id" tells how many are left.
 */
export function setUpFilters(root) {
  for (const input of root.querySelectorAll?.("input[data-filter]") ?? []) {
    if (input.readyFilter) continue;
    input.readyFilter = true;
    const list = document.querySelector(input.dataset.filter);
    if (!list) continue;
    input.addEventListener("input", () => filter(input, list));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
      if (event.key !== "Escape" || !input.value) return;
      event.stopPropagation();
      input.value = "";
      filter(input, list);
    });
    if (input.value) filter(input, list);
  }
}

function filter(input, list) {
  const words = fold(input.value).split(/\s+/).filter(Boolean);
  const items = [...list.querySelectorAll("[data-filter-item]")];
  const shown = new Set();
  let hits = 0;
  for (const item of items) {
    const text = fold(item.dataset.filterItem || item.textContent);
    if (!words.every((word) => text.includes(word))) continue;
    hits += 1;
    for (let above = item; above && above !== list; above = above.parentElement) shown.add(above);
  }
  for (const item of items) item.hidden = words.length > 0 && !shown.has(item);
  list.toggleAttribute("data-filtered", words.length > 0);
  for (const empty of document.querySelectorAll(`[data-filter-empty="${input.dataset.filter}"]`)) {
    empty.hidden = words.length === 0 || hits > 0;
  }
  const count = input.dataset.filterCount && document.querySelector(input.dataset.filterCount);
  if (count) count.textContent = words.length ? count.dataset.text.replace("%n", hits) : "";
}
