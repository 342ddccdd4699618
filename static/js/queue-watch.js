// Staff's view of a queue: fetches the page anew every few seconds and takes over its figures. What
// is being typed below them stays.

(() => {
  const now = () => document.getElementById("queue-now");
  if (!now()) return;
  const seconds = Number(now().dataset.refresh);

  async function refresh() {
    try {
      if (!document.hidden) {
        const response = await fetch(location.href, { signal: AbortSignal.timeout?.(10000) });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const fresh = page.getElementById("queue-now");
        if (fresh) now().replaceWith(fresh);
      }
    } catch { /* The next time, perhaps. */ }
    setTimeout(refresh, 1000 * seconds);
  }

  setTimeout(refresh, 1000 * seconds);
})();
