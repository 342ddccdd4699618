// On the page that is shown without a network: loads the page at its address once the server answers, and
// leads to tickets that are kept on the device. Where a form was sent and its answer lost, goes back instead:
// to load the address would send it again.

(() => {
  const main = document.querySelector("main"), { probe, list } = main.dataset, isSent = main.matches(".is-sent");
  const KEY = "offline-reloads", MINUTE = 60_000, LONGEST_PAUSE = 15_000;
  let timer, asking = false;

  // How often it was loaded in vain in the last minute: the server answers, but not to this address.
  function inVain() {
    try {
      const { count, at } = JSON.parse(sessionStorage.getItem(KEY));
      return Date.now() - at < MINUTE ? count : 0;
    } catch {
      return 0;
    }
  }
  const before = inVain();
  let pause = Math.min(1000 * 2 ** before, LONGEST_PAUSE);

  async function answers() {
    if (!navigator.onLine) return false;
    try {
      const response = await fetch(probe, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(8000) });
      return response.status < 500;
    } catch {
      return false;
    }
  }

  function goBack() {
    if (history.length > 1) history.back();
    else location.replace(document.referrer);
  }

  async function check() {
    if (asking) return;
    clearTimeout(timer);
    asking = true;
    const isBack = await answers();
    asking = false;
    if (isBack && isSent) goBack();
    else if (isBack) {
      try { sessionStorage.setItem(KEY, JSON.stringify({ count: before + 1, at: Date.now() })); } catch { /* Switched off. */ }
      location.reload();
    } else {
      later();
      pause = Math.min(1.6 * pause, LONGEST_PAUSE);
    }
  }

  // Not everybody at once when the server is back.
  function later() {
    clearTimeout(timer);
    timer = setTimeout(check, pause * (0.8 + 0.4 * Math.random()));
  }

  later();
  addEventListener("online", later);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") later(); });
  addEventListener("pageshow", (event) => { if (event.persisted) check(); });

  document.querySelector("[data-back]").addEventListener("click", goBack);

  async function showTickets() {
    if (!(await self.caches?.has("tickets"))) return;
    const kept = await (await caches.open("tickets")).keys();
    const pages = kept.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith(list) && path.endsWith("/"));
    if (!pages.length) return;
    const box = document.querySelector("[data-tickets]");
    box.querySelector("a").href = pages.includes(list) ? list : pages.at(-1);
    box.hidden = pages.includes(location.pathname);
  }
  showTickets().catch(() => { /* Switched off. */ });
})();
