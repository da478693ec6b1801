/** What works with script only is hidden until here; what stands in for script is hidden from here. */
export function needsScript(root) {
  for (const part of root.querySelectorAll("[data-needs-script]")) part.hidden = false;
  if (root.matches?.("[data-needs-script]")) root.hidden = false;
  for (const button of root.querySelectorAll("[data-without-script]")) button.hidden = true;
}
