import { say } from "./status.js";

/** A [data-copy] button copies the [data-copy-from] field beside it; where the browser lets no page copy, it selects. */
for (const place of document.querySelectorAll("[data-copy]")) {
  const field = place.parentElement.querySelector("[data-copy-from]");
  place.hidden = false;
  field.addEventListener("focus", () => field.select());
  place.querySelector("button").addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      say(place.dataset.copied);
    } catch {
      field.focus();
      say(place.dataset.byHand, { level: "info" });
    }
  });
}
