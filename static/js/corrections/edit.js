// The editing view of a text: only what was changed is sent, and nothing typed is lost on the way. What is typed costs
// no script: changes are looked for when a field is left and when the form is sent.

import { Api, csrfToken, mustBeUnanswered } from "../coding/api.js";
import { pointsToUnits } from "../coding/offsets.js";
import { fold } from "../ui/filter.js";
import { say } from "../ui/status.js";

const form = document.querySelector("form[data-corrections]");
const turns = [...form.querySelectorAll(".correct-turn")];
let unsaved = "unsaved" in form.dataset || turns.some((turn) => "changed" in turn.dataset);

function fields(turn) {
  return [...turn.querySelectorAll("textarea, select, input")];
}

function differs(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const stored = [...field.options].findIndex((one) => one.defaultSelected);
    return field.selectedIndex !== Math.max(stored, 0);
  }
  return field.value !== field.defaultValue;
}

function isChanged(turn) {
  return "changed" in turn.dataset || fields(turn).some(differs);
}

form.addEventListener("input", () => (unsaved = true), { once: true });
form.addEventListener("change", (event) => {
  const turn = event.target.closest(".correct-turn");
  if (turn) turn.querySelector("[data-is-changed]").hidden = !isChanged(turn);
});
form.addEventListener("formdata", (event) => {
  for (const turn of turns) {
    if (isChanged(turn)) continue;
    for (const field of fields(turn)) event.formData.delete(field.name);
  }
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// --- sending: never into a sign-in page --------------------------------------------------------------------------------

let cleared = false;
form.addEventListener("submit", async (event) => {
  if (cleared) {
    unsaved = false;
    return;
  }
  event.preventDefault();
  try {
    await new Api(form.dataset.base).send("GET", "changes/");
  } catch (failure) {
    mustBeUnanswered(failure);
    say(form.dataset.signedOut, { level: "error" });
    return;
  } finally {
    delete form.dataset.sent;
  }
  // Whoever signed in again in another tab has a new token.
  form.elements.csrfmiddlewaretoken.value = csrfToken();
  cleared = true;
  form.requestSubmit(event.submitter);
});
window.addEventListener("pageshow", () => (cleared = false));

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.primary"));
});

// --- splitting ---------------------------------------------------------------------------------------------------------

const split = document.getElementById("split-button")?.content.firstElementChild.cloneNode(true);
form.addEventListener("focusin", (event) => {
  const turn = event.target.closest(".correct-turn");
  if (split && event.target instanceof HTMLTextAreaElement && split.parentElement !== turn) turn.append(split);
});
split?.addEventListener("click", () => {
  const words = split.parentElement.querySelector("textarea");
  const { value, selectionStart, selectionEnd } = words;
  const start = value.slice(0, selectionStart).trimEnd().length;
  const end = value.length - value.slice(selectionEnd).trimStart().length;
  words.focus();
  words.setSelectionRange(start, end);
  // The one way of typing that the browser's own undo takes back.
  if (!document.execCommand("insertText", false, "\n\n")) words.setRangeText("\n\n", start, end, "end");
  unsaved = true;
});

// --- finding -----------------------------------------------------------------------------------------------------------

const find = document.querySelector("[data-find]");
let waits = 0;
if (find) {
  find.hidden = false;
  const found = find.querySelector("[data-found]");
  find.querySelector("input").addEventListener("input", (event) => {
    clearTimeout(waits);
    waits = setTimeout(() => {
      const wanted = fold(event.target.value).trim();
      let hits = 0;
      for (const turn of turns) {
        turn.hidden = Boolean(wanted) && !fold(turn.querySelector("textarea").value).includes(wanted);
        hits += Number(!turn.hidden);
      }
      found.textContent = wanted ? found.dataset.text.replace("%n", hits) : "";
    }, 200);
  });
}

// From the coding page one arrives at a place in the text: #o=120-140, in code points.
const [, place] = location.hash.match(/^#o=(\d+)-\d+$/) ?? [];
const turn = place && turns.findLast((one) => Number(one.dataset.start) <= Number(place));
if (turn) {
  const words = turn.querySelector("textarea");
  const at = pointsToUnits(words.defaultValue, Number(place) - Number(turn.dataset.start));
  turn.scrollIntoView({ block: "center" });
  words.focus({ preventScroll: true });
  words.setSelectionRange(at, at);
}
form.dataset.ready = "yes";
