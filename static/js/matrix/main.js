/** A number of the table opens its passages beside it; closing them goes back to the number. Links stay links. */
import { askInstead } from "../ui/asking.js";

const table = document.querySelector("[data-matrix]");
const beside = document.getElementById("beside");
let opened = null;

function close() {
  beside.hidden = true;
  beside.replaceChildren();
  opened?.closest("td").classList.remove("open");
  opened?.focus();
  opened = null;
}

table?.addEventListener("click", async (event) => {
  const link = event.target.closest("td.heat a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  opened?.closest("td").classList.remove("open");
  opened = link;
  link.closest("td").classList.add("open");
  const came = await askInstead(beside, link.getAttribute("href"), { target: beside, swap: "innerHTML" });
  if (!came || opened !== link) return;
  beside.hidden = false;
  beside.scrollTop = 0;
  document.getElementById("beside-title")?.focus();
});

beside?.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-beside]")) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || beside?.hidden !== false) return;
  if (!document.querySelector("dialog[open], details.menu[open]")) close();
});
