// One table of keys: it binds them and it is the cheat sheet. Every key types without AltGr on a Norwegian keyboard.

const MAC = /Mac|iPhone|iPad/.test(navigator.platform ?? "");

/**
 * `where`: "text" works while the transcript has focus, "page" everywhere but in fields.
 * `single`: a key that types a character by itself, and can be switched off. `reads`: works for who may not code, too.
 */
export const KEYS = [
  { group: "choose", does: "sentence", keys: ["ArrowDown", "ArrowUp"], where: "text" },
  { group: "choose", does: "sentence", keys: ["ArrowRight", "ArrowLeft"], where: "text", quiet: true },
  { group: "choose", does: "stretch", keys: ["Shift+ArrowDown", "Shift+ArrowUp"], where: "text" },
  { group: "choose", does: "stretch", keys: ["Shift+ArrowRight", "Shift+ArrowLeft"], where: "text", quiet: true },
  { group: "choose", does: "word", keys: ["Ctrl+ArrowRight", "Ctrl+ArrowLeft"], where: "text" },
  { group: "choose", does: "stretch_word", keys: ["Ctrl+Shift+ArrowRight", "Ctrl+Shift+ArrowLeft"], where: "text" },
  { group: "choose", does: "next_uncoded", keys: ["-"], where: "text", single: true },
  { group: "choose", does: "let_go", keys: ["Escape"], where: "text" },
  { group: "way", does: "find", keys: ["/"], where: "page", single: true, reads: true },
  { group: "way", does: "go_to", keys: ["Ctrl+G"], where: "page", reads: true },
  { group: "way", does: "neighbour", keys: [">", "<"], where: "text", single: true, reads: true },
  { group: "code", does: "quick", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], where: "text", single: true },
  { group: "code", does: "again", keys: ["Enter"], where: "text" },
  { group: "code", does: "palette", keys: ["a–å"], where: "text", single: true, letters: true },
  { group: "code", does: "palette", keys: ["Ctrl+K"], where: "page" },
  { group: "code", does: "in_vivo", keys: ["'"], where: "text", single: true },
  { group: "change", does: "next_here", keys: ["0"], where: "text", single: true },
  { group: "change", does: "panel", keys: ["*"], where: "text", single: true, reads: true },
  { group: "change", does: "memo", keys: ["+"], where: "text", single: true },
  { group: "change", does: "end", keys: [",", "."], where: "text", single: true },
  { group: "change", does: "start", keys: [";", ":"], where: "text", single: true },
  { group: "change", does: "uncode", keys: ["Backspace"], where: "text" },
  { group: "change", does: "uncode", keys: ["Delete"], where: "text", quiet: true },
  { group: "change", does: "undo", keys: ["Ctrl+Z"], where: "page" },
  { group: "change", does: "redo", keys: ["Ctrl+Shift+Z"], where: "page" },
  { group: "change", does: "redo", keys: ["Ctrl+Y"], where: "page", quiet: true },
  { group: "help", does: "help", keys: ["?"], where: "page", single: true },
];

/** The name of a keystroke, as the table spells it. */
export function keyName(event) {
  const { key } = event;
  if (key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) return key;
  const name = key.length === 1 ? key.toUpperCase() : key;
  const control = event.ctrlKey || event.metaKey || (MAC && event.altKey);
  return `${control ? "Ctrl+" : ""}${event.altKey && !MAC ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${name}`;
}

/** The table's row for a keystroke and which of the row's keys it is, or null. */
export function lookUp(name, { inText, singles, mayCode = true }) {
  for (const row of KEYS) {
    if (!mayCode && !row.reads) continue;
    if ((row.where === "text" && !inText) || (row.single && !singles)) continue;
    const at = row.letters ? (/^\p{L}$/u.test(name) ? 0 : -1) : row.keys.indexOf(name);
    if (at >= 0) return { row, at };
  }
  return null;
}

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], dialog") !== null;
}

/**
 * Bind the table: `actions[does](at, keyName)` is called; `singles()` says whether single keys are switched on.
 * The transcript has focus when the event's target is `root` itself; where nothing has, it gets it with its first key.
 */
export function bindKeys({ root, actions, singles, mayCode }) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.defaultPrevented || typing(event.target)) return;
      const name = keyName(event);
      const nowhere = event.target === document.body && !document.querySelector(".menu[open]");
      const found = lookUp(name, { inText: nowhere || event.target === root, singles: singles(), mayCode });
      if (!found) return;
      if (nowhere && found.row.where === "text") root.focus({ preventScroll: true });
      event.preventDefault();
      event.stopImmediatePropagation();
      actions[found.row.does](found.at, name);
    },
    { capture: true },
  );
}

/** Fill the cheat sheet with the table; `t` says the sentences. */
export function fillCheatSheet(list, t) {
  const groups = new Map();
  for (const row of KEYS) {
    if (row.quiet) continue;
    if (!groups.has(row.group)) groups.set(row.group, []);
    groups.get(row.group).push(row);
  }
  list.replaceChildren();
  for (const [group, rows] of groups) {
    const heading = document.createElement("h3");
    heading.textContent = t(`keys_${group}`);
    const definitions = document.createElement("dl");
    definitions.className = "cheat-keys";
    for (const row of rows) {
      const term = document.createElement("dt");
      const shown = row.does === "quick" ? ["1–9"] : row.keys;
      shown.forEach((key, at) => {
        if (at) term.append(" ");
        const kbd = document.createElement("kbd");
        kbd.textContent = spelled(key, t);
        term.append(kbd);
      });
      const meaning = document.createElement("dd");
      meaning.textContent = t(`key_${row.does}`);
      definitions.append(term, meaning);
    }
    const section = document.createElement("section");
    section.className = "cheat-group";
    section.append(heading, definitions);
    list.append(section);
  }
}

const ARROWS = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Backspace: "⌫" };

function spelled(key, t) {
  return key
    .split(/(?<=.)\+/)
    .map((part) => ARROWS[part] ?? (part === "Ctrl" && MAC ? "⌘" : t(`keyname_${part}`, { key: part })))
    .map((part) => part.replace(/^keyname_/, ""))
    .join(" + ");
}
