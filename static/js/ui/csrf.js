/** The token for a request that this page makes itself; htmx sends it through hx-headers on the body. */
export function csrfToken() {
  try {
    return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  } catch {
    return "";
  }
}

/** fetch() to this site with the token, as JSON where `data` is given. The caller looks at the answer. */
export function send(url, { method = "POST", data, headers = {}, ...rest } = {}) {
  const all = { "X-CSRFToken": csrfToken(), Accept: "application/json", ...headers };
  if (data !== undefined) all["Content-Type"] = "application/json";
  return fetch(url, {
    method,
    headers: all,
    body: data === undefined ? undefined : JSON.stringify(data),
    credentials: "same-origin",
    ...rest,
  });
}
