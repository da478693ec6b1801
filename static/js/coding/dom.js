// Small helps for building elements.

/** An element with a class, properties, data and children; null children are left out. */
export function element(name, { className, text, data, on, ...rest } = {}, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(data ?? {})) made.dataset[key] = value;
  for (const [key, value] of Object.entries(rest)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  for (const [event, run] of Object.entries(on ?? {})) made.addEventListener(event, run);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Make `nodes` the children of `parent`. Those that stand there already stay, and are not laid out again. */
export function fill(parent, nodes) {
  const keep = new Set(nodes);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  nodes.forEach((node, at) => {
    if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
  });
}

/** The highlight of this name over the page's words; one that lights nothing where the browser knows none. */
export function highlight(name) {
  if (!globalThis.Highlight || !CSS.highlights) return new Set();
  const made = new Highlight();
  CSS.highlights.set(name, made);
  return made;
}

/** A code as a chip: its colour with its name beside it. */
export function chip(code, { path = false } = {}) {
  const name = element("span", { className: "truncate", text: path ? code.path.join(" › ") : code.name });
  return element("span", { className: `code-chip c-${code.id}${code.proposed ? " proposed" : ""}` }, name);
}

/** Pressing a button in `part` leaves the selection and the focus in the text as they are. */
export function keepSelection(part) {
  for (const name of ["pointerdown", "mousedown"]) {
    part.addEventListener(name, (event) => {
      if (event.target.closest("button")) event.preventDefault();
    });
  }
}

/** A UUID, on addresses too where the browser withholds crypto.randomUUID (plain HTTP in a local network). */
export function newUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
