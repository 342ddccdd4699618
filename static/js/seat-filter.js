// Lets seats above a price, or all but wheelchair spaces and their companions' seats, fade.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map) return;

  const price = map.querySelector("[data-filter-price]");
  const accessible = map.querySelector("[data-filter-accessible]");

  function filter() {
    const most = price.value === "" ? Infinity : Number(price.value);
    for (const seat of map.querySelectorAll(".seat")) {
      const special = seat.matches(".is-wheelchair, .is-companion");
      const out = Number(seat.dataset.price) > most || (accessible?.checked && !special);
      seat.classList.toggle("is-dimmed", Boolean(out));
    }
  }

  price.addEventListener("change", filter);
  accessible?.addEventListener("change", filter);
  map.addEventListener("seatmap:drawn", filter);
  filter();
})();
