/* A code's page: what needs script is shown. The rest is plain forms. */
import { isTyping } from "../ui/shortcuts.js";
import { needsScript } from "./script.js";

needsScript(document);
document.addEventListener("htmx:load", (event) => needsScript(event.target));

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z" || isTyping(event.target)) return;
  const button = document.querySelector(event.shiftKey ? "[data-redo-key]" : "[data-undo-key]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
