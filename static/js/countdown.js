// Counts down how long a basket's places are kept: <div data-countdown data-expires data-now>, both
// in milliseconds of the server's clock. The visitor's clock may be wrong; only its pace is used.
//
// Inside: [data-clock] shows the time, [data-bar] is a <progress> in seconds, [data-say] is read out
// at two minutes, one minute and the end (data-say-120 …), [data-soon] and [data-over] show then,
// and [data-more] goes when there is nothing left to extend.

(() => {
  function start(box) {
    if (box.counting) return;
    box.counting = true;
    const part = (name) => box.querySelector(`[data-${name}]`);
    const [clock, bar, say, over, more] = ["clock", "bar", "say", "over", "more"].map(part);
    const ahead = Number(box.dataset.now) - Date.now();
    let said = null;

    function announce(left) {
      const mark = left <= 0 ? 0 : left <= 60 ? 60 : left <= 120 ? 120 : null;
      if (mark === said) return;
      said = mark;
      if (say && mark !== null) say.textContent = box.getAttribute(`data-say-${mark}`);
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
        if (over) over.hidden = false;
        if (more) more.hidden = true;
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
