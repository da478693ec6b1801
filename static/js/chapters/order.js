/**
 * Parts of a list change places: Alt and an arrow key anywhere in a part press its buttons; dragged, a part goes where
 * it is dropped among its own. Both send the form that works without script.
 */
let dragged = null;

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  if (event.target.matches("textarea, input, select")) return;
  const part = event.target.closest("[data-part]");
  const way = event.key === "ArrowUp" ? "up" : "down";
  const button = part && own(part)?.querySelector(`[name="act"][value="${way}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  remember(part);
  button.click();
});

for (const list of document.querySelectorAll("[data-sortable], [data-sortable] ol")) {
  for (const part of list.querySelectorAll(":scope > [data-part]")) {
    if (!own(part)) continue;
    part.draggable = true;
    part.addEventListener("dragstart", (event) => {
      // Words of a quotation can still be selected in its fields.
      if (event.target !== part) return;
      event.stopPropagation();
      dragged = part;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      part.classList.add("is-dragged");
    });
    part.addEventListener("dragend", () => {
      part.classList.remove("is-dragged");
      dragged = null;
    });
    part.addEventListener("dragover", (event) => {
      if (!dragged || dragged.parentElement !== list) return;
      event.preventDefault();
      event.stopPropagation();
    });
    part.addEventListener("drop", (event) => {
      if (!dragged || dragged.parentElement !== list || dragged === part) return;
      event.preventDefault();
      event.stopPropagation();
      place(dragged, [...list.children].indexOf(part));
    });
  }
}

/** The form with the arrows that is the part's own, not one of a part inside it. */
function own(part) {
  return [...part.querySelectorAll("form[data-order]")].find((form) => form.closest("[data-part]") === part);
}

function place(part, to) {
  const form = own(part);
  for (const [name, value] of [["act", "place"], ["to", String(to)]]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  remember(part);
  form.submit();
}

/** After the page has loaded again, the keyboard is where it was. */
function remember(part) {
  sessionStorage.setItem("moved-part", part.dataset.part);
}

const moved = sessionStorage.getItem("moved-part");
sessionStorage.removeItem("moved-part");
if (moved) {
  const part = document.querySelector(`[data-part="${CSS.escape(moved)}"]`);
  (part && own(part)?.querySelector("button:not(:disabled)"))?.focus();
}
