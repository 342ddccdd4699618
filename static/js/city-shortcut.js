// Remembers in this browser the city for which shows were listed last, and gives it a link among the shortcuts.
(() => {
  const KEY = "city";

  function remember(city) {
    try {
      if (city) localStorage.setItem(KEY, city);
      else localStorage.removeItem(KEY);
    } catch {
      // Storage is switched off: the list of cities stays.
    }
  }

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function show() {
    const shortcut = document.querySelector("[data-city-shortcut]");
    const known = remembered();
    const links = [...document.querySelectorAll("[data-city]")];
    const link = links.find((each) => each.dataset.city === known);
    if (!shortcut || !link) return;
    const anchor = shortcut.firstElementChild;
    anchor.textContent = link.textContent;
    anchor.href = link.href;
    if (link.hasAttribute("aria-current")) anchor.setAttribute("aria-current", "page");
    shortcut.hidden = false;
    document.querySelector("[data-city-none]").hidden = true;
    document.querySelector("[data-city-known]").hidden = false;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-city]");
    if (link) remember(link.dataset.city);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "city") remember(event.target.value);
  });
  // HTMX replaces the shortcuts when the filters change.
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
