// Refreshes a part of an admin page every few seconds: fetches the page and replaces the element that has
// `data-refresh` (seconds) and an id. Forms beside it are left alone. When the new element no longer has
// `data-refresh`, the whole page is reloaded.

(() => {
  const element = () => document.querySelector("[data-refresh][id]");

  async function refresh() {
    const shown = element();
    if (!shown) return;
    try {
      if (!document.hidden) {
        const response = await fetch(location.href, { signal: AbortSignal.timeout?.(10000) });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const fresh = page.getElementById(shown.id);
        if (fresh && !fresh.dataset.refresh) return location.reload();
        if (fresh) shown.replaceWith(fresh);
      }
    } catch { /* Try again next time. */ }
    wait();
  }

  function wait() {
    if (element()) setTimeout(refresh, 1000 * Number(element().dataset.refresh));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wait);
  else wait();
})();
