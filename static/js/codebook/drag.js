/**
 * Codes are dragged to a new place: on the upper edge of a row in front of it, on the lower edge behind it, on its
 * middle below it. `place(code, parent, before)` gets UUIDs; an empty parent is the top, an empty `before` the end.
 */
let dragged = null;

export function setUpDragging(list, place) {
  const targets = list.querySelector("[data-proposed]") === null;
  for (const row of list.querySelectorAll(".tree-row")) {
    row.draggable = true;
    for (const link of row.querySelectorAll("a")) link.draggable = false;
  }
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.name);
    dragged.classList.add("is-dragged");
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    unmark();
  });
  if (!targets) return;
  list.addEventListener("dragover", (event) => {
    const goal = goalOf(event);
    unmark();
    if (!goal) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    goal.row.classList.add(goal.how === "into" ? "is-dropping" : `drop-${goal.how}`);
  });
  list.addEventListener("dragleave", (event) => {
    if (!list.contains(event.relatedTarget)) unmark();
  });
  list.addEventListener("drop", (event) => {
    const goal = goalOf(event);
    unmark();
    if (!goal) return;
    event.preventDefault();
    const moved = dragged.dataset.uuid;
    if (goal.how === "into") {
      place(moved, goal.item.dataset.uuid, "");
      return;
    }
    const parent = goal.item.parentElement.closest("li")?.dataset.uuid ?? "";
    const before = goal.how === "before" ? goal.item : nextOf(goal.item);
    place(moved, parent, before?.dataset.uuid ?? "");
  });
}

function nextOf(item) {
  let next = item.nextElementSibling;
  if (next === dragged) next = next?.nextElementSibling;
  return next;
}

function goalOf(event) {
  const row = event.target.closest?.(".tree-row");
  const item = row?.parentElement;
  if (!dragged || !item || dragged.contains(item)) return null;
  const box = row.getBoundingClientRect();
  const part = (event.clientY - box.top) / box.height;
  // Behind an open code with codes below it is in front of the first of those.
  const open = item.getAttribute("aria-expanded") === "true";
  return { row, item, how: part < 0.3 ? "before" : part > 0.7 && !open ? "after" : "into" };
}

function unmark() {
  for (const row of document.querySelectorAll(".drop-before, .drop-after, .is-dropping")) {
    row.classList.remove("drop-before", "drop-after", "is-dropping");
  }
}
