/**
 * The import form sends each file in a request of its own, with a progress bar per file and one for all. A file that is
 * too large is not sent, only reported. When all are through, the page goes on to what became of them.
 */
import { csrfToken } from "../ui/csrf.js";

const AT_ONCE = 2;

class Upload {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector('input[type="file"]');
    this.button = form.querySelector("button.primary");
    this.total = form.querySelector("[data-total]");
    this.batch = "";
    this.address = "";
    this.sent = new Set();
    form.addEventListener("submit", (event) => this.begin(event));
    this.input.addEventListener("change", () => this.sent.clear());
  }

  begin(event) {
    const files = [...this.input.files];
    const cleared = new FormData(this.form).get("cleared");
    // What is missing is said by the server, on the page as it comes without script.
    if (!files.length || !cleared) return;
    event.preventDefault();
    this.cleared = cleared;
    this.files = files;
    this.loaded = files.map((file) => (this.sent.has(file) ? file.size : 0));
    this.button.disabled = true;
    this.total.hidden = false;
    this.show();
    this.run().finally(() => {
      this.button.disabled = false;
    });
  }

  async run() {
    const waiting = this.files.map((file, place) => ({ file, place })).filter(({ file }) => !this.sent.has(file));
    let failed = 0;
    const next = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        if (!(await this.one(one.file, one.place))) failed += 1;
        this.show();
      }
    };
    // The first request makes the batch that the others join.
    const first = this.batch ? null : waiting.shift();
    if (first && !(await this.one(first.file, first.place))) failed += 1;
    this.show();
    await Promise.all(Array.from({ length: this.batch ? AT_ONCE : 1 }, next));
    if (!failed && this.address) location.assign(this.address);
  }

  async one(file, place) {
    const data = new FormData();
    const tooBig = file.size > Number(this.form.dataset.limit);
    if (tooBig) data.append("too_big", file.name);
    else data.append("chosen", file, file.name);
    data.append("cleared", this.cleared);
    data.append("position", String(place));
    if (this.batch) data.append("batch", this.batch);
    const line = this.line(place);
    try {
      const answer = await post(location.pathname, data, (loaded) => {
        this.loaded[place] = Math.min(loaded, file.size);
        if (line) line.bar.value = this.loaded[place];
        this.show();
      });
      this.batch ||= answer.batch;
      this.address = answer.address;
      this.sent.add(file);
      line?.item.classList.add("is-sent");
      if (line) line.bar.value = file.size;
      if (answer.error || tooBig) line?.say(answer.error || this.form.dataset.tooBig);
    } catch (error) {
      line?.say(error.message || this.form.dataset.lost);
      this.loaded[place] = 0;
      return false;
    }
    this.loaded[place] = file.size;
    return true;
  }

  /** The line that the drop zone made for the file at a place, with a bar in it. */
  line(place) {
    const item = this.form.querySelector("[data-files]")?.children[place];
    if (!item) return null;
    const name = item.querySelector(".name")?.textContent ?? "";
    let bar = item.querySelector("progress");
    if (!bar) {
      bar = document.createElement("progress");
      bar.setAttribute("aria-label", name);
      bar.max = Math.max(1, this.files[place].size);
      bar.value = 0;
      item.append(bar);
    }
    item.querySelector("p")?.remove();
    const say = (text) => {
      const told = document.createElement("p");
      told.textContent = text;
      item.append(told);
    };
    return { item, bar, say };
  }

  show() {
    const bytes = this.files.reduce((sum, file) => sum + file.size, 0);
    const done = this.loaded.reduce((sum, size) => sum + size, 0);
    const bar = this.total.querySelector("progress");
    bar.max = Math.max(1, bytes);
    bar.value = done;
    const text = this.form.dataset.told.replace("%(done)s", this.sent.size).replace("%(all)s", this.files.length);
    this.total.querySelector(".number").textContent = text;
    const announce = this.form.querySelector("[data-announce]");
    if (announce.textContent !== text) announce.textContent = text;
  }
}

function post(url, data, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status < 300 && request.response?.batch) resolve(request.response);
      else reject(new Error(request.response?.error ?? ""));
    });
    request.addEventListener("error", () => reject(new Error("")));
    request.send(data);
  });
}

const form = document.querySelector("form[data-import]");
if (form) new Upload(form);
