/* The codebook page: the tree by keyboard and mouse, the panel beside it, renaming in place, dragging. */
import { askInstead } from "../ui/asking.js";
import { isTyping } from "../ui/shortcuts.js";
import { setUpDragging } from "./drag.js";
import { rename } from "./rename.js";
import { needsScript } from "./script.js";
import { Tree } from "./tree.js";

const codebook = document.getElementById("codebook");
const wide = matchMedia("(width >= 56rem)");
let trees = [];
let waiting = 0;
let returnFocus = false;

function setUp() {
  trees = [...codebook.querySelectorAll("[data-tree]")].map((list) => new Tree(list, { choose, open, act }));
  const chosen = trees.flatMap((tree) => tree.items()).find((item) => "chosen" in item.dataset);
  for (const tree of trees) tree.start(tree.list.contains(chosen ?? null) ? chosen : null);
  for (const tree of trees) if ("editable" in tree.list.dataset) setUpDragging(tree.list, place);
  needsScript(document);
  const search = document.querySelector('[data-filter="#codebook"]');
  if (search?.value) search.dispatchEvent(new Event("input"));
  if (returnFocus && chosen) chosen.focus();
  returnFocus = false;
}

/** Show a code in the panel, a moment after it was reached, so that walking through the tree asks for one code only. */
function choose(item) {
  clearTimeout(waiting);
  if (!wide.matches) return;
  waiting = setTimeout(() => {
    const address = `${codebook.dataset.address}?code=${item.dataset.uuid}`;
    if (document.getElementById("code-panel")?.dataset.uuid === item.dataset.uuid) return;
    askInstead("#code-panel", address, { target: "#code-panel", swap: "outerHTML", select: "#code-panel" });
    history.replaceState(history.state, "", address);
  }, 120);
}

function open(item) {
  location.assign(item.querySelector(":scope > .tree-row > .name").href);
}

/** What a key of the tree asks for. */
function act(what, item) {
  const editable = "editable" in item.closest("[data-tree]").dataset;
  if (what === "rename" && "renamable" in item.dataset) rename(item, codebook.dataset.rename);
  else if (what === "delete" && "renamable" in item.dataset) whenShown(item, () => document.getElementById("act-delete")?.click());
  else if (what === "add" && editable && !("proposed" in item.dataset)) whenShown(item, () => document.getElementById("quick-name")?.focus());
  else if (["up", "down", "in", "out"].includes(what) && editable && !("proposed" in item.dataset)) {
    send("place-form", { code: item.dataset.uuid, step: what, parent: "", before: "" });
  }
}

/** The panel's own buttons act on the code that it shows; wait until it shows this one. */
function whenShown(item, then) {
  if (document.getElementById("code-panel")?.dataset.uuid === item.dataset.uuid) return then();
  const shown = (event) => {
    if (event.detail.target?.id !== "code-panel" && event.target?.id !== "code-panel") return;
    document.removeEventListener("htmx:afterSettle", shown);
    then();
  };
  document.addEventListener("htmx:afterSettle", shown);
  choose(item);
}

/** Put a dragged code below `parent` (empty: among the research questions) in front of `before` (empty: last). */
function place(code, parent, before) {
  send("place-form", { code, step: "", parent, before });
}

function send(form, fields) {
  const element = document.getElementById(form);
  for (const [name, value] of Object.entries(fields)) element.elements.namedItem(name).value = value;
  returnFocus = true;
  element.requestSubmit();
}

document.addEventListener("codebook:rename", (event) => send("rename-form", event.detail));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-rename-chosen]")) {
    const item = trees.flatMap((tree) => tree.items()).find((one) => "chosen" in one.dataset || one.getAttribute("aria-selected") === "true");
    if (item) rename(item, codebook.dataset.rename);
  }
  const all = event.target.closest("[data-tree-all]");
  if (all) for (const tree of trees) tree.setAll(all.dataset.treeAll === "open");
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z" || isTyping(event.target)) return;
  const button = document.querySelector(event.shiftKey ? "[data-redo-key]" : "[data-undo-key]");
  if (!button) return;
  event.preventDefault();
  returnFocus = codebook.contains(document.activeElement);
  button.click();
});

/** The colours of the codes are a stylesheet of their own, which a change makes old. */
function refreshColours() {
  const sheet = document.querySelector('link[rel="stylesheet"][href*="codes.css"]');
  if (!sheet) return;
  const fresh = sheet.cloneNode();
  fresh.href = `${sheet.href.split("?")[0]}?at=${Date.now()}`;
  fresh.addEventListener("load", () => sheet.remove());
  sheet.after(fresh);
}

// Undo's own page may lead elsewhere than to a codebook; then nothing must be put in place of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "codebook" || event.detail.isError) return;
  if (!event.detail.serverResponse.includes('id="codebook-inner"')) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "codebook") return;
  const inTree = document.activeElement === document.body || codebook.contains(document.activeElement);
  if (document.querySelector("dialog[open]")) returnFocus = true;
  document.dispatchEvent(new CustomEvent("dialog-close"));
  returnFocus ||= inTree && !document.activeElement?.id;
  setUp();
  refreshColours();
});

document.addEventListener("htmx:load", (event) => needsScript(event.target));

setUp();
