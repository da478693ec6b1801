/* What every page does with script. Each part works on its own; without script the pages still work. */
import { setUpDialogs } from "./ui/dialogs.js";
import { setUpDropzones } from "./ui/dropzone.js";
import { setUpFilters } from "./ui/filter.js";
import { setUpForms } from "./ui/forms.js";
import { setUpMenus } from "./ui/menus.js";
import { setUpPlaces } from "./ui/places.js";
import { setUpShortcuts } from "./ui/shortcuts.js";
import { setUpStatus } from "./ui/status.js";
import { setUpTheme } from "./ui/theme.js";

setUpStatus();
setUpPlaces();
setUpTheme();
setUpMenus();
setUpDialogs();
setUpForms(document);
setUpDropzones(document);
setUpFilters(document);
setUpShortcuts();

document.addEventListener("htmx:load", (event) => {
  setUpForms(event.target);
  setUpDropzones(event.target);
  setUpFilters(event.target);
});

// Only Chromium, which is told by a property of its own, lets the look of a highlight be inherited (see base.css).
document.documentElement.classList.toggle("flat-highlights", !CSS.supports("app-region: none"));
