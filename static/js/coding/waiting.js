// Codings that the server has not acknowledged, kept over a reload: ids and offsets only, never a word of the text.

const NAME = "kodebenk";
const STORE = "waiting";

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("page", "page");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The waiting changes of one page (a source as coded by one member). Where the browser has no store, `works` is false. */
export class Waiting {
  #database = null;

  constructor(page) {
    this.page = page;
    this.works = true;
    this.#database = opened().catch(() => {
      this.works = false;
      return null;
    });
  }

  async #run(mode, use) {
    const database = await this.#database;
    if (!database) return null;
    return new Promise((resolve) => {
      const transaction = database.transaction(STORE, mode);
      const request = use(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => {
        this.works = false;
        resolve(null);
      };
    });
  }

  put(change) {
    return this.#run("readwrite", (store) => store.put({ ...change, page: this.page }));
  }

  drop(id) {
    return this.#run("readwrite", (store) => store.delete(id));
  }

  /** All waiting changes, in the order in which they were made. */
  async all() {
    const found = (await this.#run("readonly", (store) => store.index("page").getAll(this.page))) ?? [];
    return found.sort((a, b) => a.order - b.order);
  }
}
