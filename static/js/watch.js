// What goes on by itself, in the admin: fetches the page anew every few seconds and takes over the
// part that says so (`data-refresh`, and an id). What is being typed beside it stays. Once it is over,
// the whole page is loaded anew.

(() => {
  const now = () => document.querySelector("[data-refresh][id]");

  async function refresh() {
    const shown = now();
    if (!shown) return;
    try {
      if (!document.hidden) {
        const response = await fetch(location.href, { signal: AbortSignal.timeout?.(10000) });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const fresh = page.getElementById(shown.id);
        if (fresh && !fresh.dataset.refresh) return location.reload();
        if (fresh) shown.replaceWith(fresh);
      }
    } catch { /* The next time, perhaps. */ }
    wait();
  }

  function wait() {
    if (now()) setTimeout(refresh, 1000 * Number(now().dataset.refresh));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wait);
  else wait();
})();
