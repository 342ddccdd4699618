// Keeps the seat map up to date: polls which seats are available. A selected seat changes only when
// somebody else buys it; then a notice says so. Polling pauses while the page is hidden.

(() => {
  const form = document.querySelector("[data-seats-form]") ?? document.querySelector("[data-availability]");
  if (!form || form.matches("[data-closed]")) return;

  const EVERY = 3000, AT_MOST = 60000;
  const map = form.querySelector("[data-seatmap]");
  let tag = "", snapshot = null, delay = EVERY, timer;

  async function poll() {
    try {
      const response = await fetch(form.dataset.availability, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
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
    if (!map) return;
    const sold = [];
    for (const section of map.querySelectorAll(".seat-section")) {
      const bits = snapshot.sections[section.dataset.section]?.[1];
      if (bits !== undefined) showSeats(section, unpack(bits), sold);
    }
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
    if (sold.length) map.dispatchEvent(new CustomEvent("seatmap:sold", { detail: sold }));
  }

  function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return (index) => (bytes[index >> 3] >> (7 - (index & 7))) & 1;
  }

  function showSeats(section, isFree, sold) {
    const order = section.dataset.order?.split(" ").map(Number);
    section.querySelectorAll(".seat").forEach((seat, index) => {
      const input = seat.firstElementChild;
      const free = isFree(order ? order[index] : index) === 1;
      if (seat.classList.contains("is-in-basket") || free === !input.disabled) return;
      const name = input.getAttribute("aria-label");
      const start = name.slice(0, name.lastIndexOf(", "));
      if (!free && input.checked) {
        input.checked = false;
        seat.classList.add("is-just-sold");
        sold.push(start);
      }
      input.disabled = !free;
      input.setAttribute("aria-label", `${start}, ${free ? section.dataset.free : section.dataset.taken}`);
      if (free) seat.classList.remove("is-just-sold");
    });
  }

  function showSection(id, free) {
    for (const place of document.querySelectorAll(`[data-free-in="${id}"]`)) place.textContent = free.toLocaleString(document.documentElement.lang);
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
