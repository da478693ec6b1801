/**
 * Forms: the error summary takes focus; data-submit-on-change sends a filter form when a field changes (the button
 * beside it is for those without script); data-tick-all ticks every box of its name; data-ticked shows how many are,
 * data-when-ticked and data-when-none-ticked are there when some or none are;
 * data-needs-script is hidden until here.
 */
export function setUpForms(root) {
  each(root, "[data-focus]", (element) => element.focus());
  each(root, "form[data-submit-on-change]", (form) => {
    for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
    form.addEventListener("change", (event) => {
      // A field that only searches a list on the page (`data-filter`) asks the server nothing.
      // A date is typed in parts, each of which is a change: the button beside it sends it.
      // One that asks as one types has asked already: sending it anew would swallow the click that left it. What is
      // searched for is sent with Enter.
      if (!event.target.matches('[data-filter], [type="date"], [type="search"], [hx-get]')) form.requestSubmit();
    });
  });
  each(root, "[data-needs-script]", (part) => {
    part.hidden = false;
  });
  each(root, "[data-tick-all]", setUpTicks);
  each(root, "form[data-once]", (form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  });
}

// A page taken back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

function setUpTicks(all) {
  const scope = all.closest("form") ?? document;
  const boxes = () => [...scope.querySelectorAll(`input[type="checkbox"][name="${all.dataset.tickAll}"]`)];
  const count = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
    for (const place of scope.querySelectorAll("[data-ticked]")) place.textContent = String(ticked);
    for (const part of scope.querySelectorAll("[data-when-ticked]")) part.hidden = ticked === 0;
    for (const part of scope.querySelectorAll("[data-when-none-ticked]")) part.hidden = ticked > 0;
  };
  all.addEventListener("change", () => {
    for (const box of boxes()) if (!box.closest("[hidden]")) box.checked = all.checked;
    count();
  });
  scope.addEventListener("change", count);
  count();
}

function each(root, selector, act) {
  if (!(root instanceof Element || root instanceof Document)) return;
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root);
  for (const element of found) {
    const key = `ready${selector.replace(/\W+/g, "_")}`;
    if (element[key]) continue;
    element[key] = true;
    act(element);
  }
}
