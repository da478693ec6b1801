// Finding a code by a few letters: anywhere in its name or path, with ae, o and a standing for æ, ø and å.

const PLAIN = { æ: "ae", ø: "o", å: "a", ä: "a", ö: "o" };
const LONG = { æ: "ae", ø: "oe", å: "aa", ä: "ae", ö: "oe" };

function spell(text, letters) {
  return text
    .toLowerCase()
    .replace(/[æøåäö]/g, (letter) => letters[letter])
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

/** The spellings under which a text is found: as one types without Norwegian letters (okonomi, oekonomi). */
export function spellings(text) {
  const composed = text.normalize("NFC");
  const found = new Set([composed.toLowerCase(), spell(composed, PLAIN), spell(composed, LONG)]);
  return [...found];
}

/** Prepare codes ({name, path, definition, ...}) for searching. */
export function indexed(codes) {
  return codes.map((code) => ({
    code,
    names: spellings(code.name),
    paths: spellings(code.path.join(" ")),
    definitions: spellings(code.definition ?? ""),
  }));
}

function termRank(entry, term) {
  let best = 0;
  for (const name of entry.names) {
    if (name === term) return 6;
    if (name.startsWith(term)) best = Math.max(best, 5);
    else if (wordStartsWith(name, term)) best = Math.max(best, 4);
    else if (name.includes(term)) best = Math.max(best, 3);
  }
  if (best) return best;
  if (entry.paths.some((path) => path.includes(term))) return 2;
  return entry.definitions.some((text) => text.includes(term)) ? 1 : 0;
}

function wordStartsWith(text, term) {
  const at = text.indexOf(term);
  return at > 0 && text.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(term));
}

/** Codes that hold every word of `query`, the best first; ties stay in the order given. */
export function search(entries, query) {
  const terms = query.trim().toLowerCase().normalize("NFC").split(/\s+/).filter(Boolean);
  if (!terms.length) return entries.map((entry) => entry.code);
  const whole = terms.join(" ");
  const found = [];
  for (const entry of entries) {
    let rank = 0;
    let all = true;
    for (const term of terms) {
      const one = termRank(entry, term);
      if (!one) {
        all = false;
        break;
      }
      rank += one;
    }
    if (!all) continue;
    // A phrase in the name goes before the same words spread over the path.
    if (terms.length > 1) rank = rank / terms.length + termRank(entry, whole) / 10;
    found.push({ rank, code: entry.code });
  }
  return found.sort((a, b) => b.rank - a.rank).map((hit) => hit.code);
}
