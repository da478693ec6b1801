// The page of a summary: saving while one types, pinning by click or key, commenting on words that are selected.
import { csrfToken } from "../coding/api.js";
import { say } from "../ui/status.js";
import { isTyping, singleKeysOn } from "../ui/shortcuts.js";
import { Saving } from "./saving.js";

const words = JSON.parse(document.getElementById("summary-words").textContent);
const form = document.getElementById("editor");
const field = document.getElementById("body");
const line = document.getElementById("saved");
const conflict = document.getElementById("conflict");

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;

let saving = null;
if (field) setUpWriting();
setUpComments();

function setUpWriting() {
  const revision = form.elements.revision;
  saving = new Saving({
    address: form.dataset.save,
    who: form.dataset.for,
    field,
    revision: Number(revision.value),
    told(state, detail) {
      revision.value = saving.revision;
      line.dataset.state = state;
      if (state === "conflict") return showConflict(detail);
      line.textContent = state === "refused" ? detail.error ?? words.server : words[state] ?? "";
    },
  });
  if (!conflict.hidden) {
    // The page itself came back with a conflict: go on from there.
    const said = conflict.querySelector("[data-theirs]").textContent;
    saving.conflict = { body: said, revision: saving.revision, open: true };
  } else if (saving.recover()) {
    say(words.recovered, { level: "info" });
  }
  field.addEventListener("input", () => saving.typed());
  window.addEventListener("online", () => saving.save());
  window.addEventListener("focus", () => saving.dirty && saving.save());
  window.addEventListener("pagehide", () => saving.dirty && !saving.conflict && saving.save({ keepalive: true }));
  conflict.querySelector("[data-mine]").addEventListener("click", () => settle(false));
  conflict.querySelector("[data-take]").addEventListener("click", () => settle(true));
  form.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
}

function showConflict(detail) {
  line.textContent = "";
  conflict.hidden = false;
  conflict.querySelector("[data-said]").textContent = detail.error;
  conflict.querySelector("[data-theirs]").textContent = detail.theirs.body;
  for (const button of conflict.querySelectorAll("button")) button.disabled = false;
  conflict.querySelector("[data-mine]").hidden = !detail.theirs.open;
  conflict.focus();
}

async function settle(take) {
  await saving.settle({ take });
  if (saving.conflict) return;
  conflict.hidden = true;
  form.elements.revision.value = saving.revision;
  say(take ? words.theirs_taken : words.mine_again);
  field.focus();
}

/** A step takes the text along that stands on the server; while that is not what stands here, nothing is sent. */
async function submitted(event) {
  event.preventDefault();
  const button = event.submitter;
  if (saving.conflict) {
    // Whoever saves below their text has read it.
    if (!(await saving.settle({ take: false }))) return;
    conflict.hidden = true;
  } else if (saving.dirty && !(await saving.save())) {
    return;
  }
  saving.forget();
  form.elements.revision.value = saving.revision;
  if (button?.hasAttribute("data-pin")) return pin(button);
  if (!button?.name) {
    await refresh();
    say(words.saved);
    return;
  }
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = button.name;
  hidden.value = button.value;
  form.append(hidden);
  form.action = button.formAction;
  HTMLFormElement.prototype.submit.call(form);
}

async function pin(button) {
  const data = new FormData();
  data.set("coding", button.value);
  data.set("revision", saving.revision);
  let answer;
  try {
    answer = await fetch(button.formAction, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    });
  } catch {
    say(words.offline, { level: "error" });
    return;
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    say(told.error ?? words.server, { level: "error" });
    return;
  }
  const place = [...document.querySelectorAll("[data-passage]")].indexOf(button.closest("[data-passage]"));
  cite(told.number);
  await saving.save();
  await refresh();
  document.querySelectorAll("[data-passage]")[place]?.focus({ preventScroll: true });
  say(words.pinned.replace("%(cite)s", `[E${told.number}]`));
}

/** Write the citation where the caret is, with a blank before it where it stands behind a word. */
function cite(number) {
  const before = field.value.slice(0, field.selectionEnd);
  const gap = before && !/\s$/.test(before) ? " " : "";
  field.setRangeText(`${gap}[E${number}]`, field.selectionEnd, field.selectionEnd, "end");
  saving.typed();
}

/** Fetch what the server says of the summary by now; the field stays as it is. */
async function refresh() {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const kept = document.getElementById("passages").scrollTop;
  for (const id of ["passages", "below", "state"]) {
    const now = page.getElementById(id);
    if (now) document.getElementById(id)?.replaceChildren(...now.childNodes);
  }
  for (const element of document.querySelectorAll("#passages [data-needs-script]")) element.hidden = false;
  document.getElementById("passages").scrollTop = kept;
}

function clicked(event) {
  const button = event.target.closest("[data-cite]");
  if (!button) return;
  cite(button.dataset.cite);
  field.focus();
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !singleKeysOn()) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const all = [...document.querySelectorAll("[data-passage]")];
  const at = all.indexOf(document.activeElement?.closest("[data-passage]"));
  if (event.key === "j" || event.key === "k") {
    const next = all[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "p" && at >= 0) {
    all[at].querySelector("[data-pin]")?.click();
  } else {
    return;
  }
  event.preventDefault();
}

/** Words that are selected in the text are what a new comment is about. */
function setUpComments() {
  document.addEventListener("selectionchange", () => {
    const reads = document.getElementById("reads");
    const quote = document.getElementById("quote");
    const chosen = window.getSelection();
    const said = chosen?.toString().trim() ?? "";
    if (!reads || !quote || !said || said.length > 2000) return;
    if (reads.contains(chosen.anchorNode) && reads.contains(chosen.focusNode)) quote.value = said;
  });
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("#reads mark[data-comment]");
    if (!mark || event.target.closest("a")) return;
    const about = document.getElementById(`c-${mark.dataset.comment}`);
    about?.classList.add("is-lit");
    about?.scrollIntoView({ block: "center" });
    setTimeout(() => about?.classList.remove("is-lit"), 2000);
  });
}
