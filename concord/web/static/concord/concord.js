// Only what makes the pages kinder; each works without it.
import { initAll } from "/static/govuk/govuk-frontend.js";
import { keepTyping } from "./keeping.js";
import { watchSession } from "./session.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
initAll();

// A page that came as the answer to a form is asked for anew by Back, and not sent anew.
if ("sent" in document.body.dataset) {
  history.replaceState(null, "", location.href);
}

// A double click sends once. What gives a file leaves the page there, and can be asked for again.
const once = "form[method=post]:not([data-keep]):not([data-gives-file])";
for (const form of document.querySelectorAll(once)) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
}

const saving = [...document.querySelectorAll("form[data-keep]")].map(keepTyping);
watchSession(async () => {
  const kept = await Promise.all(saving.map((save) => save()));
  return kept.every(Boolean);
});
