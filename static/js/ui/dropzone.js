/**
 * A .dropzone around a file input takes files dropped anywhere on it, lists what was chosen in its
 * [data-files] with sizes, and tells by the event "files" on itself. A file dropped beside it opens nothing.
 * Where the form around it is sent by htmx, its [data-upload] progress bar follows the upload.
 */
export function setUpDropzones(root) {
  const zones = [...(root.querySelectorAll?.(".dropzone") ?? [])];
  if (root instanceof Element && root.matches(".dropzone")) zones.push(root);
  for (const zone of zones) {
    const input = zone.querySelector('input[type="file"]');
    if (!input || zone.ready) continue;
    zone.ready = true;
    setUp(zone, input);
  }
}

function setUp(zone, input) {
  let depth = 0;
  // The browser's own button speaks the browser's language; ours stands in its place where a script can list the files.
  zone.classList.add("is-ready");
  zone.querySelector(".dropzone-pick")?.addEventListener("click", () => input.click());
  const over = (on) => zone.classList.toggle("is-over", on);
  zone.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth += 1;
    over(true);
  });
  zone.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) over(false);
  });
  zone.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  zone.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    input.files = together(input.multiple ? [...input.files] : [], event.dataTransfer.files, input.multiple);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    list(zone, input);
    zone.dispatchEvent(new CustomEvent("files", { bubbles: true, detail: { files: [...input.files] } }));
  });
  for (const event of ["dragover", "drop"]) {
    document.addEventListener(event, (happened) => {
      if (carriesFiles(happened) && !happened.defaultPrevented) happened.preventDefault();
    });
  }
  followUpload(zone);
  // What was chosen before this ran, or kept by the browser over a reload, is listed too.
  if (input.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
}

function carriesFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function together(kept, dropped, multiple) {
  const all = new DataTransfer();
  const seen = new Set();
  for (const file of [...kept, ...dropped]) {
    const key = `${file.name}/${file.size}/${file.lastModified}`;
    if (seen.has(key) || (!multiple && all.files.length)) continue;
    seen.add(key);
    all.items.add(file);
  }
  return all.files;
}

function list(zone, input) {
  const place = zone.querySelector("[data-files]") ?? document.querySelector(`[data-files="${input.id}"]`);
  if (!place) return;
  place.replaceChildren();
  for (const file of input.files) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const size = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    size.className = "size";
    size.textContent = readable(file.size);
    line.append(name, size);
    place.append(line);
  }
  place.hidden = input.files.length === 0;
}

function readable(bytes) {
  const language = document.documentElement.lang || "nb";
  const kilo = bytes / 1024;
  let [value, unit] = [bytes, "byte"];
  if (kilo >= 1000) [value, unit] = [kilo / 1024, "megabyte"];
  else if (kilo >= 1) [value, unit] = [kilo, "kilobyte"];
  const digits = value < 10 && unit !== "byte" ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
}

function followUpload(zone) {
  const form = zone.closest("form");
  const bar = form?.querySelector("progress[data-upload]");
  if (!bar) return;
  form.addEventListener("htmx:xhr:progress", (event) => {
    if (!event.detail.lengthComputable) return;
    bar.closest("[hidden]")?.removeAttribute("hidden");
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });
}
