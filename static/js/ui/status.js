import { csrfToken } from "./csrf.js";

const QUIET_AFTER = 8000;
let timer = 0;

/**
 * Say in the status line what happened. `level` is info, success, warning or error;
 * `undo` is `{url, label}` (a form is posted) or `{run, label}` (a function is called).
 */
export function say(text, { level = "success", undo = null } = {}) {
  const area = document.getElementById("status");
  if (!area) return;
  clearTimeout(timer);
  const line = area.querySelector("template").content.firstElementChild.cloneNode(true);
  line.classList.add(level);
  line.querySelector("p").textContent = text;
  const name = { success: "success", warning: "warning", error: "error" }[level] ?? "info";
  const use = line.querySelector("use");
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  if (undo) line.querySelector(".button.close").before(undoButton(undo, area.dataset.undo));
  clear(area);
  area.append(line);
  rest(line, level, undo);
}

/** Empty the status line. */
export function hush() {
  const area = document.getElementById("status");
  if (area) clear(area);
}

export function setUpStatus() {
  const area = document.getElementById("status");
  if (!area) return;
  area.addEventListener("click", (event) => {
    if (event.target.closest(".button.close")) event.target.closest(".status-line").remove();
  });
  document.addEventListener("status", (event) => {
    const told = event.detail ?? {};
    say(told.text ?? told.value ?? "", { level: told.level, undo: told.undo });
  });
  document.addEventListener("htmx:sendError", () => say(area.dataset.offline, { level: "error" }));
  document.addEventListener("htmx:responseError", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Trigger")) refused(event.detail.xhr, area);
  });
  // A live region speaks only of what changes after the page stands, so the lines sent with it are put in again.
  const sent = [...area.querySelectorAll(".status-line")];
  if (sent.length) {
    requestAnimationFrame(() => {
      for (const line of sent) area.append(line);
      const last = sent.at(-1);
      if (last.classList.contains("success")) rest(last, "success", last.querySelector("form"));
    });
  }
}

/** The server's own sentence, whichever way it was wrapped: plain text, JSON, or the error page's. */
function refused(xhr, area) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  let sentence = "";
  if (type.startsWith("text/plain")) sentence = xhr.responseText;
  else if (type.startsWith("application/json")) sentence = JSON.parse(xhr.responseText).error;
  else sentence = new DOMParser().parseFromString(xhr.responseText, "text/html").getElementById("sentence")?.textContent;
  say(sentence?.trim() || area.dataset.failed, { level: "error" });
}

function clear(area) {
  for (const line of area.querySelectorAll(".status-line")) line.remove();
}

/** What only confirms goes away by itself; what offers a way back or tells of trouble stays until it is closed. */
function rest(line, level, undo) {
  if (level !== "success" || undo) return;
  const leave = () => {
    if (line.matches(":hover, :focus-within")) timer = setTimeout(leave, QUIET_AFTER);
    else line.remove();
  };
  timer = setTimeout(leave, QUIET_AFTER);
}

function undoButton(undo, label) {
  const button = document.createElement("button");
  button.className = "button small";
  button.textContent = undo.label ?? label;
  if (undo.run) {
    button.type = "button";
    button.addEventListener("click", () => undo.run());
    return button;
  }
  const form = document.createElement("form");
  form.method = "post";
  form.action = undo.url;
  for (const [name, value] of [
    ["csrfmiddlewaretoken", csrfToken()],
    ["next", location.pathname + location.search],
    ...Object.entries(undo.fields ?? {}),
  ]) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  form.append(button);
  return form;
}
