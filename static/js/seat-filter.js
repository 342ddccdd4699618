// Fades seats above the chosen price, or all but wheelchair spaces and companion seats, and hides list
// entries of sections that have no other seats.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map) return;

  // Large seating plans have two copies: above the sections and above the seats.
  const prices = document.querySelectorAll("[data-filter-price]");
  const accessibles = document.querySelectorAll("[data-filter-accessible]");
  const overview = document.querySelector("[data-overview-tools]");

  function filter() {
    const most = prices[0].value === "" ? Infinity : Number(prices[0].value);
    const accessibleOnly = Boolean(accessibles[0]?.checked);
    for (const seat of map.querySelectorAll(".seat")) {
      const out = Number(seat.dataset.price) > most || (accessibleOnly && !seat.matches(".is-wheelchair, .is-companion"));
      seat.classList.toggle("is-dimmed", out);
    }
    for (const section of document.querySelectorAll("[data-price-from]")) {
      const out = Number(section.dataset.priceFrom) > most || (accessibleOnly && !section.hasAttribute("data-accessible"));
      if (section.matches("li")) section.hidden = out;
      else section.classList.toggle("is-dimmed", out);
    }
  }

  function bind(controls, property) {
    const set = (value) => {
      for (const control of controls) control[property] = value;
      filter();
    };
    for (const control of controls) control.addEventListener("change", () => set(control[property]));
    if (controls.length) set(controls[0][property]);
  }

  if (overview) overview.hidden = false;
  bind(prices, "value");
  bind(accessibles, "checked");
  map.addEventListener("seatmap:drawn", filter);
})();
