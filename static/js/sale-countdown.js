// Counts down to the start of the sale by the server's clock, then reloads the page. With [data-stay] it
// does not reload, because the page updates itself.

(() => {
  const box = document.querySelector("[data-sale-countdown]");
  if (!box) return;

  const clock = box.querySelector("[data-clock]");
  const ahead = Number(box.dataset.now) * 1000 - Date.now();
  const inDays = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "day", unitDisplay: "long" });
  const two = (number) => String(number).padStart(2, "0");

  function tick() {
    const left = Math.ceil((Number(box.dataset.opensAt) * 1000 - Date.now() - ahead) / 1000);
    if (left <= 0 && "stay" in box.dataset) {
      clock.textContent = "0:00:00";
      return;
    }
    if (left <= 0) {
      // Cached pages may be a second old; the random delay spreads the load.
      setTimeout(() => location.reload(), 800 + 1500 * Math.random());
      return;
    }
    const days = Math.floor(left / 86400);
    const time = `${Math.floor((left % 86400) / 3600)}:${two(Math.floor((left % 3600) / 60))}:${two(left % 60)}`;
    clock.textContent = days ? `${inDays.format(days)} ${time}` : time;
    setTimeout(tick, 1000);
  }

  clock.parentNode.hidden = false;
  tick();
})();
