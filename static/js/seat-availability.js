// Keeps the seat map up to date: polls which seats are available. A selected seat changes only when
// somebody else buys it; then a notice says so. Polling pauses while the page is hidden.

(() => {
  const column = document.querySelector("[data-availability]");
  if (!column || column.matches("[data-closed]")) return;

  const EVERY = 3000, AT_MOST = 60000;
  const map = column.querySelector("[data-seatmap]");
  let tag = "", snapshot = null, delay = EVERY, timer;

  async function poll() {
    try {
      const response = await fetch(column.dataset.availability, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (response.status === 200) {
        snapshot = await response.json();
        tag = response.headers.get("ETag") ?? "";
        show();
      } else if (response.status !== 304) throw new Error(response.status);
      delay = EVERY;
    } catch {
      delay = Math.min(delay * 2, AT_MOST);
    }
    next();
  }

  function next(soon) {
    clearTimeout(timer);
    // Spread the requests of all visitors.
    if (!document.hidden) timer = setTimeout(poll, soon ? 0 : delay * (0.8 + 0.4 * Math.random()));
  }

  function show() {
    // A request is running: seats that have just gone may be the ones being held for this visitor.
    if (!snapshot || document.querySelector("form.htmx-request")) return;
    for (const [id, [free]] of Object.entries(snapshot.sections)) showSection(id, free);
    if (!map?.selection) return;
    const lost = [...map.sections.all.values()].flatMap(showSeats);
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
    if (lost.length) map.selection.tellSold(lost);
  }

  // Updates the seats of a section, and returns those that were selected and have been sold.
  function showSeats(section) {
    const bits = snapshot?.sections[section.id]?.[1];
    if (bits === undefined || !section.isLoaded || bits === section.bits) return [];
    section.bits = bits;
    const bytes = Uint8Array.from(atob(bits), (character) => character.charCodeAt(0));
    return section.seats.filter((seat) => map.selection.setFree(seat, ((bytes[seat.at >> 3] >> (7 - (seat.at & 7))) & 1) === 1));
  }

  function showSection(id, free) {
    for (const place of document.querySelectorAll(`[data-free-in="${id}"]`)) place.textContent = free.toLocaleString(document.documentElement.lang);
    const meter = document.querySelector(`[data-meter="${id}"]`);
    if (meter) meter.value = free;
    const shape = document.querySelector(`.section-shape[data-section-link="${id}"]`);
    if (!shape || !meter) return;
    const fill = `fill-${free ? Math.min(3, Math.floor(4 * (1 - free / meter.max))) : 4}`;
    if (shape.classList.contains(fill)) return;
    shape.classList.remove("fill-0", "fill-1", "fill-2", "fill-3", "fill-4");
    shape.classList.add(fill);
  }

  map?.addEventListener("seatmap:loaded", ({ detail }) => showSeats(detail.section));
  map?.addEventListener("seatmap:restored", show);
  document.addEventListener("places-held", () => next(true));
  document.addEventListener("visibilitychange", () => next(true));
  next(true);
})();
