// The ticket pages: kept on the device by a service worker, the screen on while a code is shown, and loaded
// again when the tickets have changed. Everything here is an addition: the page works without it.

(() => {
  const page = document.body.dataset;
  const RECHECK = 60_000;
  const reveal = (name, isShown = true) => {
    const element = document.querySelector(`[data-${name}]`);
    if (element) element.hidden = !isShown;
  };
  const isVisible = () => document.visibilityState === "visible";

  const workers = navigator.serviceWorker; // Missing where the connection is not secure.
  if (workers) {
    const isNew = !workers.controller;
    workers.addEventListener("message", ({ data }) => reveal("opens-offline", data.isKept));
    workers.register(page.worker, { scope: page.scope, updateViaCache: "all" })
      .then(() => workers.ready)
      .then(({ active }) => active.postMessage({ path: location.pathname, isNew }))
      .catch(() => { /* Switched off in this browser. */ });
  }

  let lock;
  async function stayAwake() {
    if (lock || !navigator.wakeLock || !isVisible() || !document.querySelector(".ticket-large-code")) return;
    try {
      lock = await navigator.wakeLock.request("screen");
    } catch {
      return; // Refused, for example to save the battery.
    }
    reveal("awake");
    lock.addEventListener("release", () => { lock = undefined; reveal("awake", false); });
  }

  // Not in place of a link that has just been followed.
  let followedAt = -Infinity;
  addEventListener("click", ({ target }) => { if (target.closest("a[href]")) followedAt = performance.now(); });
  const reload = () => { if (performance.now() - followedAt > 5000) location.reload(); };

  let retry;
  async function recheck() {
    if (!page.state || !isVisible()) return;
    let response;
    try {
      response = await fetch(page.state, { cache: "no-store" });
    } catch {
      // No connection: a kept page says so. It may only come a moment after the event that announces it.
      clearTimeout(retry);
      if (navigator.onLine && document.documentElement.hasAttribute("data-kept")) retry = setTimeout(recheck, 5000);
      return;
    }
    const isChanged = response.ok && (await response.json()).version !== page.version;
    if (response.status === 404 || isChanged) reload();
    else if (response.ok) document.documentElement.removeAttribute("data-kept");
  }

  stayAwake();
  // A page that was kept may only have been quicker than a slow connection.
  if (document.documentElement.hasAttribute("data-kept")) recheck();
  document.addEventListener("visibilitychange", () => { stayAwake(); recheck(); });
  // Like a page that the service worker shows: says so, and hides what leads to pages that are not kept.
  window.addEventListener("offline", () => document.documentElement.toggleAttribute("data-kept", true));
  window.addEventListener("online", () => (page.state ? recheck() : reload()));
  setInterval(recheck, RECHECK);

  let prompt;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event;
    reveal("install");
  });
  document.querySelector("[data-install]")?.addEventListener("click", () => prompt?.prompt());
  window.addEventListener("appinstalled", () => reveal("install", false));
  // Safari on iPhones installs by its own menu only.
  if (navigator.standalone === false) reveal("install-hint");
})();
