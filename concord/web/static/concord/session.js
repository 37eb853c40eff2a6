// Says that the session is about to end, and lets the reader stay. Other tabs count: before
// anything is said, the service is asked how much is left.

const SAID = [60, 120, 180, 240, 300]; // seconds left at which a screen reader is told again

function words(seconds) {
  if (seconds > 90) return `${Math.round(seconds / 60)} minutes`;
  return seconds > 50 ? "1 minute" : `${Math.max(1, Math.round(seconds))} seconds`;
}

export function watchSession(saveAll) {
  const banner = document.getElementById("ending");
  if (!banner) return;
  const { ask, again } = banner.dataset;
  const warned = Number(banner.dataset.warned);
  const inWords = document.getElementById("ending-in");
  const aloud = document.getElementById("ending-says");
  let ends = Date.now() + Number(banner.dataset.left) * 1000;
  let told = Infinity;
  let leaving = false;
  let before = null; // where the reader was, to go back to
  document.addEventListener("focusin", ({ target }) => {
    if (!banner.contains(target)) before = target;
  });

  const left = () => (ends - Date.now()) / 1000;
  const show = (isShown) => { banner.hidden = !isShown; if (!isShown) aloud.textContent = ""; };

  async function fetched(address, options) {
    try {
      const reply = await fetch(address, options);
      return reply.ok ? (await reply.json()).left : null;
    } catch {
      return null;
    }
  }

  async function look() {
    if (leaving || left() > warned) return;
    const seconds = await fetched(ask);
    if (seconds !== null) ends = Date.now() + seconds * 1000;
    if (left() > warned) {
      told = Infinity;
      show(false);
      return;
    }
    if (seconds === 0) {
      await leave();
      return;
    }
    inWords.textContent = words(left());
    const step = SAID.find((each) => left() <= each) ?? warned;
    if (banner.hidden || step < told) {
      aloud.textContent = `You will be signed out in ${words(left())}. To stay, press the button 'Stay signed in' at the top of the page. What you typed is kept.`;
    }
    told = step;
    show(true);
  }

  // What is on the screen is about a child: it does not stay there for whoever comes next. But
  // no page is left whose words are not saved.
  async function leave() {
    leaving = true;
    if (await saveAll()) {
      location.assign(again);
      return;
    }
    leaving = false;
  }

  document.getElementById("ending-stay").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const seconds = await fetched(form.action, { method: "POST", body: new FormData(form) });
    if (seconds === null) {
      inWords.textContent = `${words(left())}. There was no answer: try again`;
      return;
    }
    ends = Date.now() + seconds * 1000;
    told = Infinity;
    show(false);
    before?.focus({ preventScroll: true });
  });
  setInterval(look, 5000);
  window.addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}
