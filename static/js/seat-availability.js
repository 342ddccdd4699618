// Keeps the map up to date: asks every few seconds which places are free, and never touches what the
// visitor has chosen, unless somebody else took it; then it says so. Rests while nobody looks.

(() => {
  const form = document.querySelector("[data-seats-form]") ?? document.querySelector("[data-availability]");
  if (!form || form.matches("[data-closed]")) return;

  const EVERY = 3000, AT_MOST = 60000;
  const map = form.querySelector("[data-seatmap]");
  let tag = "", snapshot = null, delay = EVERY, timer;

  async function ask() {
    try {
      const answer = await fetch(form.dataset.availability, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status === 200) {
        snapshot = await answer.json();
        tag = answer.headers.get("ETag") ?? "";
        show();
      } else if (answer.status !== 304) throw new Error(answer.status);
      delay = EVERY;
    } catch {
      delay = Math.min(delay * 2, AT_MOST);
    }
    next();
  }

  function next(soon) {
    clearTimeout(timer);
    // Not all at the same moment.
    if (!document.hidden) timer = setTimeout(ask, soon ? 0 : delay * (0.8 + 0.4 * Math.random()));
  }

  function show() {
    // An answer of ours is under way: what has just gone may be what we are getting.
    if (!snapshot || document.querySelector("form.htmx-request")) return;
    for (const [id, [free]] of Object.entries(snapshot.sections)) showSection(id, free);
    if (!map) return;
    const lost = [];
    for (const section of map.querySelectorAll(".seat-section")) {
      const bits = snapshot.sections[section.dataset.section]?.[1];
      if (bits !== undefined) showSeats(section, unpack(bits), lost);
    }
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
    if (lost.length) map.dispatchEvent(new CustomEvent("seatmap:lost", { detail: lost }));
  }

  function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return (index) => (bytes[index >> 3] >> (7 - (index & 7))) & 1;
  }

  function showSeats(section, isFree, lost) {
    const order = section.dataset.order?.split(" ").map(Number);
    section.querySelectorAll(".seat").forEach((seat, index) => {
      const input = seat.firstElementChild;
      const free = isFree(order ? order[index] : index) === 1;
      if (seat.classList.contains("is-yours") || free === !input.disabled) return;
      const name = input.getAttribute("aria-label");
      const start = name.slice(0, name.lastIndexOf(", "));
      if (!free && input.checked) {
        input.checked = false;
        seat.classList.add("is-gone");
        lost.push(start);
      }
      input.disabled = !free;
      input.setAttribute("aria-label", `${start}, ${free ? section.dataset.free : section.dataset.taken}`);
      if (free) seat.classList.remove("is-gone");
    });
  }

  function showSection(id, free) {
    for (const place of document.querySelectorAll(`[data-free-in="${id}"]`)) place.textContent = free;
    for (const button of document.querySelectorAll(`[data-standing-button="${id}"]`)) button.disabled = !free;
    const meter = document.querySelector(`[data-meter="${id}"]`);
    if (meter) meter.value = free;
    const shape = document.querySelector(`.section-shape[data-section-link="${id}"]`);
    if (!shape || !meter) return;
    const fill = free ? Math.min(3, Math.floor(4 * (1 - free / meter.max))) : 4;
    shape.classList.remove("fill-0", "fill-1", "fill-2", "fill-3", "fill-4");
    shape.classList.add(`fill-${fill}`);
    shape.setAttribute("aria-label", shape.getAttribute("aria-label").replace(/\d+(?=\D*$)/, free));
  }

  map?.addEventListener("seatmap:drawn", show);
  document.addEventListener("places-held", () => next(true));
  document.addEventListener("visibilitychange", () => next(true));
  next(true);
})();
