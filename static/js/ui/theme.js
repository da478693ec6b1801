const YEAR = 60 * 60 * 24 * 365;

/** Buttons with data-theme-choice set the theme at once and leave a cookie, which the server reads on the next page. */
export function setUpTheme() {
  for (const group of document.querySelectorAll("[data-themes]")) group.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) choose(button.dataset.themeChoice);
  });
}

function choose(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const age = theme === "system" ? 0 : YEAR;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}
