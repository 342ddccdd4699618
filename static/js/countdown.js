// Counts down to the expiry of a basket: <div data-countdown data-expires data-now>, both in
// milliseconds of the server's clock. The visitor's clock may be wrong; only its pace is used.
//
// Inside: [data-clock] shows the time left, [data-bar] is a <progress> in seconds, [data-announcement]
// is read out at two minutes, one minute and the end (data-announce-120 …). [data-expiring] shows
// below two minutes, [data-expired] at the end, when [data-extend] is hidden.

(() => {
  function start(box) {
    if (box.counting) return;
    box.counting = true;
    const part = (name) => box.querySelector(`[data-${name}]`);
    const [clock, bar, announcement, expired, extend] = ["clock", "bar", "announcement", "expired", "extend"].map(part);
    const ahead = Number(box.dataset.now) - Date.now();
    let announced = null;

    function announce(left) {
      const threshold = left <= 0 ? 0 : left <= 60 ? 60 : left <= 120 ? 120 : null;
      if (threshold === announced) return;
      announced = threshold;
      if (announcement && threshold !== null) announcement.textContent = box.getAttribute(`data-announce-${threshold}`);
    }

    function tick() {
      if (!box.isConnected) return;
      const left = Math.max(0, Math.ceil((Number(box.dataset.expires) - Date.now() - ahead) / 1000));
      if (clock) clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (bar) bar.value = left;
      box.classList.toggle("is-short", left > 0 && left <= 120);
      box.classList.toggle("is-over", left === 0);
      announce(left);
      if (left === 0) {
        if (expired) expired.hidden = false;
        if (extend) extend.hidden = true;
        return;
      }
      setTimeout(tick, 1000 - ((Date.now() + ahead) % 1000) + 5);
    }

    tick();
  }

  function startAll(root) {
    if (root.matches?.("[data-countdown]")) start(root);
    root.querySelectorAll?.("[data-countdown]").forEach(start);
  }

  startAll(document);
  document.addEventListener("htmx:load", (event) => startAll(event.target));
})();
