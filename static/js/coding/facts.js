// What a code means: its definition, when to use it and when not, an example.

import { element } from "./dom.js";

const FACTS = { definition: "definition", use_when: "useWhen", not_when: "notWhen", example: "example" };

export function hasFacts(code) {
  return Object.values(FACTS).some((field) => code[field]);
}

/** The facts of a code that its codebook gives, as a list of terms; `rules`: only when to use it, when not, an example. */
export function facts(code, t, { rules = false } = {}) {
  const list = element("dl", { className: "code-facts" });
  for (const [key, field] of Object.entries(FACTS)) {
    if (code[field] && !(rules && key === "definition")) list.append(element("dt", { text: t(key) }), element("dd", { className: key, text: code[field] }));
  }
  return list;
}
