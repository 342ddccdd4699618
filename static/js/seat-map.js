// Places the seats of [data-seatmap] as in the seating plan, and zooms with the buttons, two fingers, or
// ctrl and the mouse wheel. Panning is the canvas's own scrolling.
//
// Other scripts add sections and dispatch "seatmap:drawn" when the visible seats have changed.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map) return;

  const canvas = map.querySelector("[data-canvas]");
  const plan = map.querySelector("[data-plan]");
  const ground = plan.querySelector("[data-ground]");
  const isTouch = matchMedia("(pointer: coarse)").matches;
  const COMFORTABLE = isTouch ? 40 : 32; // Pixels from seat to seat.
  const SMALL = 25; // Below this, a tap zooms in instead of selecting a seat.
  let box, pitch, scale;

  const numbers = (text) => text.split(" ").map(Number);
  const fit = () => (canvas.clientWidth - 16) / box.width;
  const comfortable = () => COMFORTABLE / pitch;

  function place() {
    const sections = [...plan.querySelectorAll(".seat-section:not([hidden])")];
    if (!sections.length || !canvas.clientWidth) return;
    pitch = Math.min(...sections.map((section) => Number(section.dataset.pitch))) || 25;
    box = ground ? groundBox() : boxAround(sections);
    for (const seat of plan.querySelectorAll(".seat-section:not([hidden]) .seat")) {
      put(seat, Number(seat.dataset.x), Number(seat.dataset.y));
    }
    for (const name of plan.querySelectorAll(".seat-section:not([hidden]) .row-name")) putName(name);
    canvas.classList.add("is-placed");
    resize(fit() * pitch >= SMALL ? Math.min(fit(), comfortable() * 1.25) : comfortable());
    canvas.scrollLeft = (plan.offsetWidth - canvas.clientWidth) / 2;
    // Scroll to the first rows, with as much of the stage as fits.
    const first = Math.min(...sections.map((section) => numbers(section.dataset.box)[1])) - box.top;
    canvas.scrollTop = Math.max(0, first * scale - canvas.clientHeight / 3);
  }

  function groundBox() {
    const [left, top, width, height] = numbers(ground.dataset.ground);
    return { left, top, width, height };
  }

  function boxAround(sections) {
    const boxes = sections.map((section) => numbers(section.dataset.box));
    const left = Math.min(...boxes.map((b) => b[0])) - 2.5 * pitch;
    const top = Math.min(...boxes.map((b) => b[1])) - 1.5 * pitch;
    const right = Math.max(...boxes.map((b) => b[0] + b[2])) + 2.5 * pitch;
    const bottom = Math.max(...boxes.map((b) => b[1] + b[3])) + 1.5 * pitch;
    return { left, top, width: right - left, height: bottom - top };
  }

  function put(element, x, y) {
    element.style.setProperty("--x", (x - box.left).toFixed(1));
    element.style.setProperty("--y", (y - box.top).toFixed(1));
  }

  // Places the name of a row before its first seat, in line with the row.
  function putName(name) {
    const [x1, y1, x2, y2] = numbers(name.dataset.ends);
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const away = (1.2 * pitch) / length;
    put(name, x1 - (x2 === x1 && y2 === y1 ? length : x2 - x1) * away, y1 - (y2 - y1) * away);
  }

  function resize(wanted) {
    const minimum = Math.min(fit(), comfortable());
    scale = Math.max(minimum, Math.min(wanted, comfortable() * 2.5));
    plan.style.setProperty("--scale", scale);
    plan.style.setProperty("--pitch", pitch);
    plan.style.width = `${box.width * scale}px`;
    plan.style.height = `${box.height * scale}px`;
    plan.classList.toggle("is-far", pitch * scale < 20);
    for (const button of map.querySelectorAll("[data-zoom]")) {
      const end = button.dataset.zoom < 0 ? scale <= minimum * 1.001 : scale >= comfortable() * 2.49;
      button.setAttribute("aria-disabled", end);
    }
  }

  // Keeps the point under the cursor in place.
  function zoom(factor, clientX, clientY) {
    if (!box) return;
    const frame = canvas.getBoundingClientRect();
    const at = plan.getBoundingClientRect();
    const x = clientX ?? frame.left + frame.width / 2;
    const y = clientY ?? frame.top + frame.height / 2;
    const [px, py] = [(x - at.left) / scale, (y - at.top) / scale];
    resize(scale * factor);
    const now = plan.getBoundingClientRect();
    canvas.scrollLeft += now.left + px * scale - x;
    canvas.scrollTop += now.top + py * scale - y;
  }

  map.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) zoom(button.dataset.zoom < 0 ? 1 / 1.4 : 1.4);
  });

  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 200), event.clientX, event.clientY);
  }, { passive: false });

  let apart = 0;
  const between = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  canvas.addEventListener("touchstart", (event) => {
    apart = event.touches.length === 2 ? between(event.touches) : 0;
  }, { passive: true });
  canvas.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2 || !apart) return;
    event.preventDefault();
    const now = between(event.touches);
    const [a, b] = event.touches;
    zoom(now / apart, (a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2);
    apart = now;
  }, { passive: false });

  plan.addEventListener("click", (event) => {
    if (!isTouch || !event.target.closest(".seat") || !event.detail || pitch * scale >= SMALL) return;
    event.preventDefault();
    zoom(comfortable() / scale, event.clientX, event.clientY);
  }, true);

  let width = 0;
  new ResizeObserver(() => {
    if (canvas.clientWidth && canvas.clientWidth !== width) {
      width = canvas.clientWidth;
      place();
    }
  }).observe(canvas);
  map.addEventListener("seatmap:drawn", place);
  map.querySelector("[data-seatmap-tools]").hidden = false;
  place();
})();
