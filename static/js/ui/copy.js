import { say } from "./status.js";

/**
 * A button in [data-copy] copies the [data-copy-from] field beside it; where the browser lets no page copy, it selects.
 * Listened to on the document: what htmx brings copies too.
 */
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-copy-from]")) event.target.select();
});

document.addEventListener("click", async (event) => {
  const place = event.target.closest("[data-copy]");
  if (!place || !event.target.closest("button")) return;
  const field = place.parentElement.querySelector("[data-copy-from]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    say(place.dataset.copied);
  } catch {
    field.focus();
    say(place.dataset.byHand, { level: "info" });
  }
});
