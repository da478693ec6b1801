/** <details class="menu">: one open at a time; closes on Escape, on a click elsewhere and when focus leaves it. */
export function setUpMenus() {
  document.addEventListener("click", ({ target }) => closeAll((menu) => menu.contains(target)));
  // A press on a menu's edge gives the focus to the part of the page that the menu stands in: that is no way out of it.
  document.addEventListener("focusin", ({ target }) => closeAll((menu) => menu.contains(target) || target.contains(menu)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  });
}

function closeAll(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!but(menu)) menu.open = false;
  }
}
