// The coding page: reads what the server sent, builds the parts and lets them know of each other.

import { say, hush } from "../ui/status.js";
import { singleKeysOn } from "../ui/shortcuts.js";
import { Api, mustBeUnanswered } from "./api.js";
import { Bar } from "./bar.js";
import { Codebook } from "./codebook.js";
import { Colleagues } from "./colleagues.js";
import { Commands } from "./commands.js";
import { Cursor } from "./cursor.js";
import { Details } from "./details.js";
import { keepSelection } from "./dom.js";
import { setUpDragging } from "./dragging.js";
import { Feed } from "./feed.js";
import { Filter } from "./filter.js";
import { Handles } from "./handles.js";
import { bindKeys, fillCheatSheet } from "./keys.js";
import { afterPaint } from "./later.js";
import { Lit } from "./lit.js";
import { TextMap } from "./offsets.js";
import { Painter } from "./paint.js";
import { Palette } from "./palette.js";
import { Queue } from "./queue.js";
import { QuickCodes } from "./quick.js";
import { Selection } from "./selection.js";
import { Store } from "./store.js";
import { speaker } from "./text.js";
import { CodeTree } from "./tree.js";
import { Waiting } from "./waiting.js";
import { Way } from "./way.js";

const page = document.getElementById("coding");
const root = document.getElementById("transcript");
const data = JSON.parse(document.getElementById("coding-data").textContent);
const t = speaker(JSON.parse(document.getElementById("coding-words").textContent));
const own = `kodebenk.${data.project}.${data.member}`;

const map = TextMap.fromPage(root);
const turns = Array.from(root.querySelectorAll(".turn"), (turn) => ({
  start: Number(turn.dataset.start),
  end: Number(turn.dataset.end),
}));
const store = new Store({ turns, rows: data.codings, me: data.me });
const codebook = new Codebook(data.codes);
const coders = new Map(data.coders.map(([id, name]) => [id, { id, name, initials: initials(name) }]));
const quick = new QuickCodes(`${own}.quick`, codebook);
const api = new Api(page.dataset.base);
const selection = new Selection({ root, map });
const cursor = new Cursor(map);
const around = (change) => selection.around(change);
const painter = new Painter({ root, map, store, codebook, coders, t, around });
const lit = new Lit({ store, map, painter });
const waiting = new Waiting(`${data.source} ${data.member}`);
const queue = new Queue({
  api,
  store,
  waiting,
  textVersion: data.version,
  quoteOf: (start, end) => map.textBetween(start, end),
  codeKey: (id) => codebook.get(id)?.uuid ?? null,
  take: (answer) => feed.take(answer),
  cursor: () => feed.cursor,
  // A server on the same machine would hold up the highlight.
  soon: (send) => afterPaint("send", send),
});
const feed = new Feed({ api, queue, cursor: data.cursor, busy: () => selection.dragging, apply: takeNews });
const palette = new Palette({ dialog: document.getElementById("palette"), codebook, quick, t });
const commands = new Commands({ root, map, store, codebook, quick, queue, feed, api, painter, selection, cursor, palette, t });
const acts = actsOf(commands);
const bar = new Bar({ root: document.getElementById("coding-bar"), quick, acts, t });
const detailsRoot = document.getElementById("coding-details");
const details = new Details({
  ...{ root: detailsRoot, store, codebook, coders, quick, map, api, acts, t },
  mayCode: data.may_code,
  codeUrl: page.dataset.codeUrl,
  meaning: kept(`${own}.meaning`, true),
});
const handles = new Handles({
  layer: document.getElementById("coding-text"),
  root,
  map,
  moved: (uuid, start, end) => commands.resize(uuid, start, end),
  label: t("drag_bounds"),
});
Object.assign(commands, { details, bar, handles, lit, tell: sayQuietly, refuse });
const filter = new Filter({ page, store, codebook, painter, selection, t, tell: sayQuietly });
const tree = new CodeTree({
  ...{ root: document.getElementById("code-tree"), search: document.getElementById("code-search") },
  empty: document.getElementById("code-none"),
  ...{ codebook, quick, store, t },
  choose(code, { byPointer }) {
    commands.chooseCode(code);
    // The next key belongs to the passage: the pointer went to the tree and back.
    if (byPointer && selection.current) commands.backToText();
  },
  light: (by, code) => lit.want(by, code),
  closed: kept(`${own}.closed`, []),
});
const way = new Way({
  ...{ page, data, own, root, map, store, codebook, selection, cursor, commands, details, api, t },
  // Who only reads has no bar.
  tell: (sentence) => (data.may_code ? bar.say(sentence) : say(sentence)),
});
Object.assign(acts, way.acts);
const colleagues = new Colleagues({ page, data, store, kept: kept(`${own}.colleagues.${data.source}`, null), t });

/** The commands by the names that keys, buttons and cards use. */
function actsOf(all) {
  const acts = {
    quick: (at) => all.quick_code(at),
    palette: (_at, typed) => all.open_palette(/^\p{L}$/u.test(typed ?? "") ? typed : ""),
    help: () => document.getElementById("cheat-sheet").showModal(),
    say: (sentence) => bar.say(sentence),
    take: (answer) => feed.take(answer),
    cursor: () => feed.cursor,
    close: () => all.let_go(),
    panel() {
      if (!details.enter()) way.tell(t("no_coding_chosen"));
    },
    drafts: () => tellSaved(),
    source_memos() {
      all.let_go();
      details.showSource();
    },
    retry: () => queue.retry(),
    only: (code, branch) => filter.only(code, branch),
    shows: (code, branch) => filter.shows(code, branch),
  };
  for (const name of [
    ...["sentence", "word", "stretch", "stretch_word", "next_uncoded", "let_go", "next_here", "again", "in_vivo"],
    ...["uncode", "end", "start", "nudge", "useSelection", "remove", "recode", "memo", "undo", "redo", "pin", "focus"],
    "confirm",
    "backToText",
  ]) {
    acts[name] = (...given) => all[name](...given);
  }
  return acts;
}

function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : name.slice(0, 2)).toUpperCase();
}

/** A small value in the browser's own storage: ids and switches, never words. */
function kept(key, otherwise) {
  return {
    get() {
      try {
        return JSON.parse(localStorage.getItem(key)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    set(value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // A full or blocked store costs a preference, nothing else.
      }
    },
  };
}

// --- what the server says ---------------------------------------------------------------------------------------------

let outdated = false;
function takeNews(news) {
  if (news.version !== undefined && news.version !== data.version) {
    // What the server says now refers to a text that is not on this page.
    if (!outdated) say(t("corrected"), { level: "warning", undo: { run: () => location.reload(), label: t("load_again") } });
    outdated = true;
    queue.hold();
    return;
  }
  if (news.codes) {
    codebook.replace(news.codes);
    freshColours(news.cursor);
  }
  details.forget([...news.rows.map(([uuid]) => uuid), ...news.gone]);
  store.confirm(news.rows, news.gone);
  if (news.codes) painter.repaint(new Set(turns.keys()));
}

// A new code has a colour as soon as the style sheet of codes is read again.
function freshColours(version) {
  const old = document.querySelector('link[rel=stylesheet][href*="codes.css"]');
  if (!old) return;
  const link = old.cloneNode();
  link.href = `${old.getAttribute("href").split("?")[0]}?v=${version}`;
  link.addEventListener("load", () => old.remove());
  old.after(link);
}

function refuse(sentence) {
  say(sentence, { level: "error" });
}

let quiet = 0;
function sayQuietly(text) {
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    document.getElementById("cursor-line").textContent = text;
  }, 150);
}

function tellSaved() {
  const state = details.unsaved() && queue.state === "saved" ? "not_saved_memo" : queue.state;
  bar.save({ state, reason: queue.reason, waiting: queue.length });
}

queue.addEventListener("state", () => {
  tellSaved();
  if (queue.state === "saved") redrawSoon();
});
queue.addEventListener("refused", ({ data: answer }) => {
  commands.selected();
  refuse(answer.error ?? t("refused"));
});
queue.addEventListener("dropped", () => refuse(t("no_undo_offline")));
queue.addEventListener("answered", ({ change, data: answer }) => {
  if (answer.sentence === undefined) return;
  hush();
  bar.say(answer.sentence);
  const [first] = answer.changed ?? [];
  if (store.codings.has(first)) commands.focus(first, { reveal: true });
  else commands.selected();
  if (change.kind === "undo" || change.kind === "redo") {
    details.refresh();
    commands.show();
  }
});

// --- what the reader does ---------------------------------------------------------------------------------------------

selection.addEventListener("change", () => commands.selected());
store.addEventListener("change", redrawSoon);

function redrawSoon() {
  afterPaint("counts", () => tree.counts());
  commands.show();
}

root.addEventListener("click", (event) => {
  const listed = event.target.closest("[data-u]");
  if (listed) {
    commands.focus(listed.dataset.u);
    return;
  }
  if (event.target.closest("summary") || !selection.plainClick(event)) return;
  selection.caret = handles.pointUnder(event.clientX, event.clientY) ?? selection.caret;
  const mark = event.target.closest("mark.coded");
  if (mark) commands.openAt(Number(mark.dataset.at));
  else commands.let_go();
});

bindKeys({ root, actions: acts, singles: singleKeysOn, mayCode: data.may_code });
detailsRoot.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) commands.backToText();
});
document.addEventListener("help", (event) => {
  event.preventDefault();
  acts.help();
});
for (const part of [page.querySelector("#coding-bar"), detailsRoot]) keepSelection(part);
page.addEventListener("click", (event) => {
  const correct = event.target.closest("a[data-correct]");
  const at = selection.current ?? turns[store.turnAt(selection.caret ?? 0)];
  if (correct) correct.hash = `o=${at.start}-${at.end}`;
  const act = event.target.closest("[data-page-act]")?.dataset.pageAct;
  if (act) acts[act]();
});

if (data.may_code) {
  setUpDragging({
    ...{ tree: document.getElementById("code-tree"), root, selection, codebook },
    put: (code) => commands.put([code]),
    sentenceAt(x, y) {
      const point = handles.pointUnder(x, y);
      const sentence = point === null ? null : cursor.move(null, point, "sentences", 1);
      if (sentence) selection.set(sentence.start, sentence.end, { scroll: false });
    },
  });
}

// A memo half written, or codings that the browser could not keep, are worth a question before leaving.
window.addEventListener("beforeunload", (event) => {
  if (details.unsaved() || (queue.length && !waiting.works)) event.preventDefault();
});

fillCheatSheet(document.querySelector("#cheat-sheet [data-keys]"), t);
colleagues.start({
  async finish(finished) {
    try {
      const { ok, data: answer } = await api.send("POST", `finished/?after=${feed.cursor}`, { finished: Number(finished) });
      feed.take(answer);
      // In a blind project one may see other codings of colleagues now. One's own may be newer than the answer.
      if (ok && answer.all && !outdated) {
        const rows = answer.all.filter(([, , coder]) => coder !== data.me);
        const seen = new Set(rows.map(([uuid]) => uuid));
        const gone = [...store.codings.values()].filter(({ uuid, coder }) => coder !== data.me && !seen.has(uuid));
        takeNews({ rows, gone: gone.map(({ uuid }) => uuid) });
      }
      if (!ok) refuse(answer.error);
      return ok ? answer : null;
    } catch (failure) {
      mustBeUnanswered(failure);
      refuse(t("no_answer"));
      return null;
    }
  },
  say: (sentence) => bar.say(sentence),
});
painter.start();
commands.show();
commands.openAddress(location.hash);
way.start(location.hash);
window.addEventListener("hashchange", () => commands.openAddress(location.hash));
queue.resume();
feed.start();
page.dataset.ready = "yes";
