// How the text reads: its size, the room between lines, what stands in the margin. A plain script in the head, so that
// the page is laid out once; it is kept in this browser, for every source.
{
  const KEY = "kodebenk.reading";
  const root = document.documentElement;
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    // Without a store the text has its usual looks.
  }
  const apply = () => {
    for (const what of ["size", "lines", "margin"]) {
      if (chosen[what]) root.setAttribute(`data-reading-${what}`, chosen[what]);
      else root.removeAttribute(`data-reading-${what}`);
    }
  };
  apply();

  const press = () => {
    for (const button of document.querySelectorAll("[data-reading]")) {
      button.ariaPressed = String((chosen[button.dataset.reading] ?? "") === button.value);
    }
  };

  // The turn at the top of the window stays there.
  const keepPlace = (change) => {
    const seen = [...document.querySelectorAll(".turn")].find((turn) => turn.getBoundingClientRect().bottom > 140);
    const before = seen?.getBoundingClientRect().top;
    change();
    if (seen) window.scrollBy(0, seen.getBoundingClientRect().top - before);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reading]");
    if (!button) return;
    chosen = { ...chosen, [button.dataset.reading]: button.value || undefined };
    keepPlace(apply);
    press();
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // A full or blocked store costs a preference, nothing else.
    }
  });
  document.addEventListener("DOMContentLoaded", press);
}
