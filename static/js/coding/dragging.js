// Dragging both ways: a code onto the text, and the passage that is chosen onto a code. Either puts the code on the passage.

const CODE = "application/x-kodebenk-code";
const PASSAGE = "application/x-kodebenk-passage";

/**
 * `put(code)` puts a code on the selection. A code that is dropped beside the selection goes on the sentence under the
 * pointer: `sentenceAt(x, y)` chooses it.
 */
export function setUpDragging({ tree, root, selection, codebook, put, sentenceAt }) {
  const codeOf = (event) => codebook.get(Number(event.target.closest?.("[data-code]")?.dataset.code));
  const holds = (event, type) => event.dataTransfer.types.includes(type);

  tree.addEventListener("dragstart", (event) => {
    const code = codeOf(event);
    if (!code) return;
    event.dataTransfer.setData(CODE, String(code.id));
    event.dataTransfer.effectAllowed = "copy";
  });
  root.addEventListener("dragover", (event) => {
    if (holds(event, CODE)) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    const code = codebook.get(Number(event.dataTransfer.getData(CODE)));
    if (!code) return;
    event.preventDefault();
    if (!selection.current) sentenceAt(event.clientX, event.clientY);
    put(code);
  });

  root.addEventListener("dragstart", (event) => {
    selection.read();
    if (!selection.current) return;
    event.dataTransfer.setData(PASSAGE, "");
    event.dataTransfer.effectAllowed = "copy";
  });
  let over = null;
  const mark = (row) => {
    over?.classList.remove("is-dropping");
    over = row;
    over?.classList.add("is-dropping");
  };
  tree.addEventListener("dragover", (event) => {
    const code = holds(event, PASSAGE) ? codeOf(event) : null;
    mark(code ? event.target.closest(".tree-row") : null);
    if (!code) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  tree.addEventListener("dragleave", (event) => {
    if (!tree.contains(event.relatedTarget)) mark(null);
  });
  tree.addEventListener("drop", (event) => {
    mark(null);
    const code = holds(event, PASSAGE) ? codeOf(event) : null;
    if (!code) return;
    event.preventDefault();
    put(code);
  });
}
