/** Turn a code's name in the tree into a field; Enter sends it, Escape and leaving the field take it back. */
export function rename(item, label) {
  const row = item.querySelector(":scope > .tree-row");
  const name = row.querySelector(".name");
  if (row.querySelector(".rename")) return;
  const field = document.createElement("input");
  field.className = "input small rename";
  field.value = item.dataset.name;
  field.maxLength = 200;
  field.setAttribute("aria-label", label);
  name.hidden = true;
  name.after(field);
  let over = false;
  const end = (focus) => {
    if (over) return;
    over = true;
    field.remove();
    name.hidden = false;
    if (focus) item.focus();
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") end(true);
    if (event.key !== "Enter") return;
    event.preventDefault();
    const wanted = field.value.trim();
    end(true);
    if (wanted && wanted !== item.dataset.name) {
      document.dispatchEvent(new CustomEvent("codebook:rename", { detail: { code: item.dataset.uuid, name: wanted } }));
    }
  });
  field.addEventListener("blur", () => end(false));
  for (const kind of ["click", "dblclick", "pointerdown", "dragstart"]) field.addEventListener(kind, (event) => event.stopPropagation());
  field.focus();
  field.select();
}
