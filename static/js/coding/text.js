// Words and sentences of one paragraph, in units, and the page's sentences in the reader's language.

const sentences = new Intl.Segmenter("nb", { granularity: "sentence" });

/** [start, end) of each sentence of `text` without the blanks around it. */
export function sentencesOf(text) {
  return spans(sentences, text);
}

/** [start, end) of each run of characters that are not white space. */
export function wordsOf(text) {
  return Array.from(text.matchAll(/\S+/g), (match) => [match.index, match.index + match[0].length]);
}

function spans(segmenter, text) {
  const found = [];
  for (const { index, segment } of segmenter.segment(text)) {
    const lead = segment.length - segment.trimStart().length;
    const body = segment.trim().length;
    if (body) found.push([index + lead, index + lead + body]);
  }
  return found;
}

/** A function t(key, values) that fills `%(name)s` in the page's sentences; `n` chooses between key and key_one. */
export function speaker(messages) {
  return (key, values = {}) => {
    const sentence = (values.n === 1 && messages[`${key}_one`]) || messages[key] || key;
    return sentence.replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? ""));
  };
}

/** `text` cut to about `length` characters between words, for a label or a status line. */
export function shorten(text, length) {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= length) return line;
  const cut = line.slice(0, length);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), length / 2)).trimEnd()}…`;
}
