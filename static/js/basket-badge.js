// Shows how many places wait in the basket. Pages for visitors are the same for everybody, so the
// number cannot be in them: it comes from the cookie `basket`, "<count>.<seconds since 1970 when it lapses>".

(() => {
  const badge = document.querySelector("[data-basket-count]");
  if (!badge) return;

  let timer;

  function show() {
    clearTimeout(timer);
    const cookie = document.cookie.match(/(?:^|;\s*)basket=(\d{1,3})\.(\d{1,12})(?:;|$)/);
    const left = cookie ? Number(cookie[2]) * 1000 - Date.now() : 0;
    const count = left > 0 ? Number(cookie[1]) : 0;
    badge.hidden = count === 0;
    badge.textContent = count || "";
    if (count) timer = setTimeout(show, Math.min(left + 500, 2 ** 31 - 1));
  }

  show();
  // An answer to HTMX may have changed the basket; so may another tab, or the way back.
  document.addEventListener("htmx:afterRequest", show);
  document.addEventListener("visibilitychange", show);
  window.addEventListener("pageshow", show);
})();
