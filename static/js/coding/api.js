// Requests to the server. An answer is either the server's own JSON or nothing that may be trusted.

/** No usable answer: no connection, a server error, or a page to sign in. The request may be sent again. */
export class NoAnswer extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Anything but a missing answer is an error of the page, and goes on as one. */
export function mustBeUnanswered(failure) {
  if (!(failure instanceof NoAnswer)) throw failure;
}

export function csrfToken() {
  return document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";
}

export class Api {
  constructor(base) {
    this.base = base;
  }

  /**
   * Send JSON to `path` below the page's codings; answers {ok, status, data}. Throws NoAnswer.
   * `keepalive`: the request outlives the page.
   */
  async send(method, path, body, { keepalive = false } = {}) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(this.base + path, {
        method,
        headers,
        keepalive,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        redirect: "manual",
      });
    } catch {
      throw new NoAnswer("offline");
    }
    const json = response.headers.get("Content-Type")?.startsWith("application/json");
    if (json && response.status < 500) {
      try {
        return { ok: response.ok, status: response.status, data: await response.json() };
      } catch {
        throw new NoAnswer("offline");
      }
    }
    // A redirect leads to the sign-in page; a page instead of JSON with 403 is an outdated session.
    const signedOut = response.type === "opaqueredirect" || response.status === 403 || response.status === 401;
    throw new NoAnswer(signedOut ? "signed_out" : "server");
  }
}
