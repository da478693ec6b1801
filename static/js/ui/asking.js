/**
 * Ask for a part of the page on behalf of `source`, in place of what it asked for before: htmx would let that one come
 * first, and drop this one with an element that it replaces. Answers whether an answer came; what went wrong is said.
 */
export function askInstead(source, address, options) {
  window.htmx.trigger(source, "htmx:abort");
  return window.htmx.ajax("GET", address, { source, ...options }).then(() => true, () => false);
}
