// Shows the number of seats in the basket. Public pages are cached, so the number comes from the cookie
// `basket`: "<count>.<expiry in seconds since 1970>".

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
  // The basket may change through an HTMX response, in another tab, or before going back in history.
  document.addEventListener("htmx:afterRequest", show);
  document.addEventListener("visibilitychange", show);
  window.addEventListener("pageshow", show);
})();
