const STORED = "kodebenk.keys";

/** Whether single keys (not with Ctrl) act at all; the switch stands in the account menu (WCAG 2.1.4). */
export function singleKeysOn() {
  return localStorage.getItem(STORED) !== "off";
}

/** Whether the person is typing, so that a letter is a letter. */
export function isTyping(target) {
  return Boolean(target?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]"));
}

/** `/` goes to the page's search ([data-search]), `?` opens the help ([data-help]); a page may take `?` for itself. */
export function setUpShortcuts() {
  for (const box of document.querySelectorAll("input[data-single-keys]")) {
    box.checked = singleKeysOn();
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.addEventListener("change", () => {
      localStorage.setItem(STORED, box.checked ? "on" : "off");
      document.dispatchEvent(new CustomEvent("single-keys", { detail: { on: box.checked } }));
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!singleKeysOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const search = [...document.querySelectorAll("[data-search]")].find((input) => input.checkVisibility());
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select?.();
    } else if (event.key === "?") {
      const asked = new CustomEvent("help", { cancelable: true });
      if (document.dispatchEvent(asked)) document.querySelector("[data-help]")?.click();
      event.preventDefault();
    }
  });
}
