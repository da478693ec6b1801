/**
 * A button with data-dialog="id" opens that <dialog>; data-close inside one closes it. What htmx puts into
 * #dialog-body is shown as a dialog; the server closes it with the event "dialog-close" in HX-Trigger.
 */
export function setUpDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    else if (event.target instanceof HTMLDialogElement && outside(event)) event.target.close();
  });
  document.addEventListener("dialog-close", () => {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "dialog-body") showFilled(event.detail.target);
  });
  document.getElementById("dialog")?.addEventListener("close", () => {
    document.getElementById("dialog-body").replaceChildren();
  });
}

function showFilled(body) {
  const dialog = body.closest("dialog");
  if (!body.childElementCount) {
    dialog.close();
    return;
  }
  const heading = body.querySelector("h1, h2");
  if (heading) {
    heading.id ||= "dialog-title";
    dialog.setAttribute("aria-labelledby", heading.id);
  }
  if (!dialog.open) dialog.showModal();
}

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
