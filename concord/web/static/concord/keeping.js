// What is typed is saved to the service while it is typed: never in this browser, which others
// may use. A form is sent only once the service is reached, so no page is lost to a dead line.

const AFTER = 2000; // milliseconds of silence after which it is saved
const LATEST = 10000; // and at the latest, while somebody types on
const AGAIN = 15000; // after which it is tried again without a connection
const PATIENCE = 15000;
const MOST = 15000000; // characters: beyond it nothing could be read at all
const OFFLINE = "No connection. Nothing was sent or saved. What you typed is still on this page: keep it open.";

function typedIn(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) {
    if (value instanceof File) data.delete(name);
  }
  return data;
}

function asText(data) {
  return JSON.stringify([...data.entries()].filter(([name]) => name !== "csrfmiddlewaretoken"));
}

// Follows one form. Gives a function that saves it now and says whether all of it is saved.
export function keepTyping(form) {
  const says = form.querySelector("[data-saved]");
  let saved = asText(typedIn(form));
  let soon = 0;
  let first = 0;
  let going = false;
  let sending = false;

  const say = (words) => {
    if (says && says.textContent !== words) says.textContent = words;
  };
  const isSaved = () => asText(typedIn(form)) === saved;

  async function save() {
    clearTimeout(soon);
    first = 0;
    const data = typedIn(form);
    const text = asText(data);
    if (text === saved) return true;
    let answer;
    try {
      const reply = await fetch("/kept", {
        method: "POST", body: data, signal: AbortSignal.timeout(PATIENCE),
      });
      answer = await reply.json();
    } catch {
      say(`${OFFLINE} It is saved as soon as there is one.`);
      soon = setTimeout(save, AGAIN);
      return false;
    }
    if (!answer.saved) {
      say("Not saved. Keep this page open: it is tried again.");
      soon = setTimeout(save, AGAIN);
      return false;
    }
    saved = text;
    if (answer.sent) say("This page was sent already, with these words.");
    else if (!answer.yours) say(`Saved at ${answer.saved}, but you are signed out. Sign in again in another tab, then send this.`);
    else say(`Saved at ${answer.saved}. Not sent yet.${answer.elsewhere ? " You are also writing this in another tab: each keeps its own words." : ""}`);
    return true;
  }

  function later() {
    const now = Date.now();
    first = first || now;
    clearTimeout(soon);
    soon = setTimeout(save, Math.max(0, Math.min(AFTER, first + LATEST - now)));
  }

  function tooMuch() {
    const long = [...form.elements].find((each) => (each.value || "").length > MOST);
    if (!long) return false;
    const label = form.querySelector(`label[for="${long.id}"]`);
    say(`Not sent: '${label ? label.textContent.trim() : long.name}' is far too long. What you typed is still on this page. Shorten it to 10,000 characters.`);
    long.focus();
    return true;
  }

  // The service is reached before the page is left: what cannot be sent stays where it is.
  async function send(button) {
    if (tooMuch()) return;
    if (!(await reached())) {
      say(`${OFFLINE} Press the button again when you are connected.`);
      says?.scrollIntoView({ block: "center" });
      return;
    }
    going = true;
    form.requestSubmit(button);
  }

  async function reached() {
    if (!isSaved()) return save();
    try {
      return (await fetch("/session", { signal: AbortSignal.timeout(PATIENCE) })).ok;
    } catch {
      return false;
    }
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => {
    if (going && !sending) {
      sending = true;
      clearTimeout(soon);
      return;
    }
    event.preventDefault();
    if (going || sending || form.dataset.asking) return;
    form.dataset.asking = "yes";
    send(event.submitter).finally(() => delete form.dataset.asking);
  });
  window.addEventListener("pageshow", () => { going = sending = false; });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("pagehide", () => {
    if (!sending && !isSaved()) navigator.sendBeacon("/kept", typedIn(form));
  });
  return save;
}
