/** <details class="menu">: one open at a time; closes on Escape, on a click elsewhere and when focus leaves it. */
export function setUpMenus() {
  document.addEventListener("click", (event) => closeAll(event.target.closest?.("details.menu")));
  document.addEventListener("focusin", (event) => closeAll(event.target.closest?.("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  });
}

function closeAll(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}
