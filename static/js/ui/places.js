/** On a narrow screen the row of places scrolls: bring the one that is open into sight. */
export function setUpPlaces() {
  const row = document.querySelector(".places");
  const here = row?.querySelector("[aria-current]");
  if (!here) return;
  const beside = here.getBoundingClientRect().right - row.getBoundingClientRect().right;
  if (beside > -40) row.scrollLeft += beside + 48;
}
