// Lets seats above a price, or all but wheelchair spaces and their companions' seats, fade; and with
// them the sections that have no other, which leave the list beside the plan.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map) return;

  // A large house has them twice: above its sections and above the seats.
  const prices = document.querySelectorAll("[data-filter-price]");
  const accessibles = document.querySelectorAll("[data-filter-accessible]");
  const overview = document.querySelector("[data-overview-tools]");

  function filter() {
    const most = prices[0].value === "" ? Infinity : Number(prices[0].value);
    const special = Boolean(accessibles[0]?.checked);
    for (const seat of map.querySelectorAll(".seat")) {
      const out = Number(seat.dataset.price) > most || (special && !seat.matches(".is-wheelchair, .is-companion"));
      seat.classList.toggle("is-dimmed", out);
    }
    for (const section of document.querySelectorAll("[data-price-from]")) {
      const out = Number(section.dataset.priceFrom) > most || (special && !section.hasAttribute("data-accessible"));
      if (section.matches("li")) section.hidden = out;
      else section.classList.toggle("is-dimmed", out);
    }
  }

  function follow(controls, property) {
    const set = (value) => {
      for (const control of controls) control[property] = value;
      filter();
    };
    for (const control of controls) control.addEventListener("change", () => set(control[property]));
    if (controls.length) set(controls[0][property]);
  }

  if (overview) overview.hidden = false;
  follow(prices, "value");
  follow(accessibles, "checked");
  map.addEventListener("seatmap:drawn", filter);
})();
