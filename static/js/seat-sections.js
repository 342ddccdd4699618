// The seats of the sections. Those of a large plan are fetched while they are in view, one section at a
// time from immutable URLs, and drawn as dots: one SVG path for all seats of a section that look alike.
// Seats that are large enough to be selected also get their check boxes, the nearest to the middle first,
// as many in a frame as leave it in time.
//
// Other scripts use `map.sections`. A seat is {id, name, x, y, price, kind, note, partners, row, section} with the
// states `isFree`, `isChosen`, `inBasket`, `isDimmed` and `isJustSold`, which `change` sets. Events of the
// map: "seatmap:loaded" with a {section} before its seats are drawn, "seatmap:drawn" when check boxes have
// been added.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map?.view) return;

  const { view } = map, { PITCH } = view;
  const DOTS_FROM = 7; // Pixels from seat to seat from which seats are drawn,
  const CONTROLS_FROM = 15; // and from which they have check boxes,
  const OPENED_FROM = 9; // in the opened section earlier.
  const MOST_SECTIONS = 30, MOST_CONTROLS = 1000; // On the map at the same time.
  const BUDGET = 2.5; // Milliseconds of a frame for adding check boxes, with their layout,
  const AT_ONCE = 3; // so many at a time.
  const LEGIBLE = 10 / 8; // The size of a row's name on the screen, of that at scale 1.
  const SVG = "http://www.w3.org/2000/svg";
  const texts = map.closest("[data-seats-form]").dataset;
  const plan = map.querySelector("[data-plan]"), ground = plan.querySelector("[data-ground]");
  const notice = map.querySelector("[data-map-notice]");
  const isSmall = map.matches(".is-small");
  const all = new Map(), stale = new Set();
  let wanted = [], queue = [], isFetching = false, isWaiting = 0, frame = 0, controls = 0, opened = null;

  const numbers = (text) => text.split(" ").map(Number);
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  function areaOf(text) {
    const [left, top, width, height] = numbers(text), [x, y] = view.toPlan(left, top);
    return { left: x, top: y, right: x + width * view.unit, bottom: y + height * view.unit };
  }

  // --- Seats ----------------------------------------------------------------------------------------

  function addSection(id, link, element) {
    const shape = ground.querySelector(`[data-section-link="${id}"]`);
    const name = (link ?? element.querySelector("h3")).textContent.trim();
    const section = { id, link, shape, name, area: areaOf((link ?? element).dataset.box), element: null, rows: [], seats: [], dots: null, isLoaded: false };
    all.set(id, section);
    if (element) readSection(section, element);
    return section;
  }

  function addSeat(section, row, order, values) {
    const at = section.seats.length, [x, y] = view.toPlan(values.px, values.py);
    const seat = { ...values, x, y, row, section, at: order.length ? order[at] : at, isFree: true, isChosen: false, inBasket: false, isDimmed: false, isJustSold: false };
    row.seats.push(seat);
    section.seats.push(seat);
    return seat;
  }

  function loaded(section) {
    section.isLoaded = true;
    map.dispatchEvent(new CustomEvent("seatmap:loaded", { detail: { section } }));
    stale.add(section);
  }

  // Seats from the data of a section.
  function readData(section, data) {
    Object.assign(section, { free: data.free, taken: data.taken, pitch: data.pitch * view.unit });
    for (const [label, group, where, seats] of data.rows) {
      const row = { label, group, seats: [], element: null, names: [] };
      section.rows.push(row);
      for (const [id, n, px, py, price, kind, ...partners] of seats) {
        const [amount, text, category] = data.prices[price], [kindName, pattern, note] = data.kinds[kind];
        const name = [where, pattern.replace("{}", n)].filter(Boolean).join(", "), words = [name, text, note].filter(Boolean).join(", ");
        addSeat(section, row, data.order, { id: String(id), n, px, py, price: amount, category, kind: kindName, note, partners: partners.map(String), name, words, input: null });
      }
    }
    loaded(section);
  }

  // Seats that are in the page already.
  function readSection(section, element) {
    const { free, taken, pitch, order } = element.dataset;
    Object.assign(section, { element, free, taken, pitch: Number(pitch) * view.unit });
    prepare(section);
    for (const rowElement of element.querySelectorAll(".seat-row")) {
      const row = { label: "", group: "", seats: [], element: rowElement, names: [] };
      section.rows.push(row);
      for (const input of rowElement.querySelectorAll(".seat")) {
        const kind = input.className.match(/is-(wheelchair|companion|restricted)/)?.[1] ?? "";
        // The accessible name is name, price, note if any, state.
        const parts = input.ariaLabel.split(", ").slice(0, -1), note = kind === "restricted" ? parts.at(-1) : "";
        const seat = addSeat(section, row, order ? numbers(order) : [], {
          id: input.value, n: input.dataset.n, px: Number(input.dataset.x), py: Number(input.dataset.y), price: Number(input.dataset.price),
          category: input.className.match(/category-(\d+)/)[1], kind, note, partners: input.dataset.with?.split(" ") ?? [], name: parts.slice(0, note ? -2 : -1).join(", "), words: parts.join(", "), input,
        });
        Object.assign(seat, { isFree: !input.disabled, isChosen: input.checked });
        placeControl(seat);
        controls += 1;
      }
      nameRow(section, row, rowElement.querySelector(".row-name"));
    }
    loaded(section);
  }

  function change(seat, states) {
    Object.assign(seat, states);
    stale.add(seat.section);
    if (seat.input) show(seat);
    work();
  }

  function show(seat) {
    const { input, section } = seat;
    input.checked = seat.isChosen;
    input.disabled = !seat.isFree || seat.inBasket;
    input.classList.toggle("is-in-basket", seat.inBasket);
    input.classList.toggle("is-just-sold", seat.isJustSold);
    input.classList.toggle("is-dimmed", seat.isDimmed);
    const label = `${seat.words}, ${seat.inBasket ? texts.textInBasket : seat.isFree ? section.free : section.taken}`;
    if (input.ariaLabel !== label) input.ariaLabel = label;
  }

  // --- Dots -----------------------------------------------------------------------------------------

  function drawDots(section) {
    stale.delete(section);
    if (isSmall || !wanted.includes(section)) return;
    const shapes = new Map(), size = (section.pitch / view.unit) * 0.11;
    for (const { px, py, isFree, isChosen, inBasket, isDimmed, category } of section.seats) {
      const look = isChosen || inBasket ? "is-chosen" : isFree ? `category-${category}${isDimmed ? " is-dimmed" : ""}` : "is-taken";
      const drawn = look === "is-taken" ? `m${-size} ${-size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}` : "h0";
      shapes.set(look, `${shapes.get(look) ?? ""}M${px} ${py}${drawn}`);
    }
    section.dots ??= document.createElementNS(SVG, "g");
    section.dots.setAttribute("class", "dots");
    section.dots.setAttribute("stroke-width", (section.pitch / view.unit) * 0.66);
    section.dots.replaceChildren(...[...shapes].map(([look, d]) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", look);
      path.setAttribute("d", d);
      if (look === "is-taken") path.setAttribute("stroke-width", size * 0.6);
      return path;
    }));
    if (!section.dots.isConnected) (section.shape ?? ground).append(section.dots);
    section.shape?.classList.add("is-open");
  }

  function removeDots(section) {
    section.dots?.remove();
    section.shape?.classList.remove("is-open");
    stale.add(section);
  }

  // --- Check boxes ----------------------------------------------------------------------------------

  function prepare(section) {
    section.element ??= make("div", { className: "seat-section" });
    if (!section.element.querySelector("h3")) section.element.append(make("h3", { textContent: section.name }));
    section.element.style.setProperty("--seat", `${Math.min(section.pitch, PITCH * 1.2) * 0.82}px`);
    if (!section.element.isConnected) plan.append(section.element);
  }

  function placeControl({ input, x, y }) {
    input.style.left = `${x.toFixed(1)}px`;
    input.style.top = `${y.toFixed(1)}px`;
    input.tabIndex = -1;
  }

  function addRow(section, row) {
    if (row.element) return;
    row.element = make("div", { className: "seat-row", role: "group", ariaLabel: row.group });
    const after = section.rows.slice(section.rows.indexOf(row) + 1).find((other) => other.element);
    const name = make("span", { className: "row-name", textContent: row.label, ariaHidden: "true" });
    row.element.append(name);
    nameRow(section, row, name);
    section.element.insertBefore(row.element, after?.element ?? null);
  }

  function addControl(seat) {
    if (seat.input) return;
    const { section, row } = seat;
    if (!section.element?.isConnected) prepare(section);
    addRow(section, row);
    const kind = seat.kind === "ordinary" ? "" : ` is-${seat.kind}`;
    seat.input = make("input", { type: "checkbox", name: "seat", value: seat.id, className: `seat category-${seat.category}${kind}` });
    seat.input.dataset.n = seat.n;
    seat.input.seat = seat;
    placeControl(seat);
    show(seat);
    const after = row.seats.slice(row.seats.indexOf(seat) + 1).find((other) => other.input);
    row.element.insertBefore(seat.input, after?.input ?? null);
    controls += 1;
  }

  function removeControl(seat) {
    seat.input.remove();
    seat.input = null;
    controls -= 1;
    const { row, section } = seat;
    if (row.seats.some((other) => other.input)) return;
    row.element.remove();
    row.element = null;
    if (!section.rows.some((other) => other.element)) section.element.remove();
  }

  // Gives a row its second name.
  function nameRow(section, row, name) {
    const other = name.cloneNode(true);
    name.after(other);
    row.names = [name, other];
    placeNames(section, row, 0, row.seats.length - 1);
  }

  // Puts the names of a row beside its seats from `first` to `last`, in line with them and at most `room`
  // away, which keeps them in view where the row is longer than the frame. They stay legible.
  function placeNames(section, row, first, last, room = () => Infinity) {
    const { seats, names } = row, larger = Math.max(1, LEGIBLE / (view.scale() || 1)).toFixed(2);
    const beside = (element, at, step) => {
      const seat = seats[at], other = seats[at - step], isEnd = !seats[at + step];
      const next = other ?? seats[at + step] ?? seat;
      let dx = (seat.x - next.x) * (other ? 1 : -1), dy = (seat.y - next.y) * (other ? 1 : -1);
      const length = Math.hypot(dx, dy);
      [dx, dy] = length ? [dx / length, dy / length] : [step, 0];
      const away = Math.min(isEnd ? section.pitch * 0.85 : Infinity, room(seat, dx, dy));
      const there = `translate(${(seat.x + dx * away).toFixed(1)}px, ${(seat.y + dy * away).toFixed(1)}px) scale(${larger})`;
      if (element.style.transform !== there) element.style.transform = there;
    };
    beside(names[0], first, -1);
    beside(names[1], last, 1);
  }

  function placeNamesInView(section) {
    const { left, top, right, bottom } = frameBox(-0.45 * PITCH), near = 0.55 * PITCH;
    const isIn = ({ x, y }) => x > left + near && x < right - near && y > top + near && y < bottom - near;
    // How far it is from a seat in a direction to the edge of the frame.
    const toEdge = (at, d, least, most) => (d > 1e-6 ? (most - at) / d : d < -1e-6 ? (least - at) / d : Infinity);
    const room = ({ x, y }, dx, dy) => Math.min(toEdge(x, dx, left, right), toEdge(y, dy, top, bottom));
    for (const row of section.rows) {
      const first = row.element ? row.seats.findIndex(isIn) : -1;
      if (first >= 0) placeNames(section, row, first, row.seats.findLastIndex(isIn), room);
    }
  }

  // --- What is in view ------------------------------------------------------------------------------

  function frameBox(more) {
    const { left, top, right, bottom } = view.box();
    return { left: left - more, top: top - more, right: right + more, bottom: bottom + more };
  }
  const outside = (at, least, most) => Math.max(least - at, 0, at - most);
  const distance = (area, x, y) => Math.hypot(outside(x, area.left, area.right), outside(y, area.top, area.bottom));
  const touches = (a, b) => a.right >= b.left && a.left <= b.right && a.bottom >= b.top && a.top <= b.bottom;
  const isIn = ({ x, y }, box) => x > box.left && x < box.right && y > box.top && y < box.bottom;

  function updateWanted() {
    const box = frameBox(0), x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2, size = view.scale() * PITCH;
    const inView = size < DOTS_FROM ? [] : [...all.values()].filter(({ area }) => touches(area, box));
    const before = wanted;
    wanted = inView.sort((a, b) => distance(a.area, x, y) - distance(b.area, x, y)).slice(0, MOST_SECTIONS);
    if (opened && !wanted.includes(opened) && !opened.isLoaded) wanted.unshift(opened);
    for (const section of before) if (!wanted.includes(section)) removeDots(section);
    for (const section of wanted) if (section.isLoaded && !section.dots) stale.add(section);
    updateQueue(x, y, size);
    work();
  }

  // Which seats need check boxes: those in view that are large enough, and all of the opened section.
  function updateQueue(x, y, size) {
    queue = [];
    if (isSmall) return;
    const box = frameBox(PITCH), isLarge = size >= CONTROLS_FROM;
    for (const section of wanted) {
      if (!isLarge && (section !== opened || size < OPENED_FROM)) continue;
      for (const seat of section.seats) if (!seat.input && (section === opened || isIn(seat, box))) queue.push(seat);
    }
    queue.sort((a, b) => Math.hypot(b.x - x, b.y - y) - Math.hypot(a.x - x, a.y - y));
    if (controls + queue.length > MOST_CONTROLS || !isLarge) queue.unshift(...surplus(isLarge ? frameBox(12 * PITCH) : null));
  }

  // Check boxes that are out of view, as functions that remove them.
  function surplus(box) {
    const isKept = (section) => section === opened && view.scale() * PITCH >= OPENED_FROM;
    const far = [...all.values()].filter((section) => !isKept(section)).flatMap((section) => section.seats)
      .filter((seat) => seat.input && seat.input !== document.activeElement && !(box && isIn(seat, box)));
    return far.map((seat) => () => seat.input && removeControl(seat));
  }

  function work() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const end = performance.now() + BUDGET;
      let more;
      do more = step(); while (more && performance.now() < end);
      if (more) work();
    });
  }

  // Does a small piece of work, with its layout, so that the time it takes is known. Returns whether there
  // is more.
  function step() {
    const [section] = stale;
    if (section) {
      drawDots(section);
      return true;
    }
    const missing = wanted.find((one) => !one.isLoaded);
    if (missing) load(missing);
    if (queue.length && !view.isMoving()) {
      for (let number = 0; number < AT_ONCE && queue.length; number += 1) {
        const next = queue.pop();
        if (typeof next === "function") next();
        else addControl(next);
      }
      plan.getBoundingClientRect();
      if (queue.length) return true;
      wanted.forEach(placeNamesInView);
      map.dispatchEvent(new CustomEvent("seatmap:drawn"));
    }
    return false;
  }

  // --- Loading --------------------------------------------------------------------------------------

  // Fetches the seats of one section; the next one after it has come. Tries again after a failure.
  async function load(section) {
    if (isFetching || isWaiting || section.isLoaded) return;
    isFetching = true;
    try {
      const { drawing } = section.link.dataset;
      // A section that was opened by its link waits for the network beside it.
      const ask = (signal) => fetch(drawing, { signal });
      const response = await (section.isAwaited ? connection.retry(ask, { at: section.link }) : ask());
      if (!response.ok) throw new Error(response.status);
      readData(section, await response.json());
      if (notice.textContent === texts.textOffline) notice.hidden = true;
    } catch {
      notice.textContent = texts.textOffline;
      notice.hidden = false;
      isWaiting = setTimeout(again, 3000);
    }
    isFetching = false;
    updateWanted();
  }

  function again() {
    clearTimeout(isWaiting);
    isWaiting = 0;
    work();
  }
  addEventListener("online", again);

  // Returns a section with its seats.
  async function complete(section) {
    while (!section.isLoaded) {
      await load(section);
      if (!section.isLoaded) await new Promise((go) => setTimeout(go, 100));
    }
    return section;
  }

  // --- Opening a section ----------------------------------------------------------------------------

  const links = document.querySelectorAll("[data-section-link]");

  function open(id) {
    const section = all.get(id);
    opened = section ?? null;
    for (const link of links) {
      const isHere = link.dataset.sectionLink === id && id !== "";
      if (link.closest(".section-list")) link.toggleAttribute("aria-current", isHere);
      else link.classList.toggle("is-current", isHere);
    }
    if (section) view.show(section.area, 3 * PITCH);
    else view.whole();
    return section;
  }

  async function focusSection(section) {
    await complete(section);
    addControl(section.seats[0]);
    const heading = section.element.querySelector("h3");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  function followToForm(link) {
    const target = document.querySelector(link.getAttribute("href"));
    target?.querySelector("select")?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "center" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-section-link]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const id = link.dataset.sectionLink, section = all.get(id);
    if (id && !section) {
      followToForm(link);
      return;
    }
    if (isSmall && section) return;
    if (section) section.isAwaited = link === section.link;
    open(id);
    history.pushState({ section: id }, "", link.getAttribute("href").split("#")[0]);
    map.querySelector("[data-frame]").scrollIntoView({ block: "nearest" });
    if (section && link !== section.shape) focusSection(section);
  });

  // --- Start ----------------------------------------------------------------------------------------

  // The nearest seat at a point of the frame, at most as far away as it is large.
  function hit(frameX, frameY) {
    const box = view.box(), scale = view.scale(), x = box.left + frameX / scale, y = box.top + frameY / scale;
    let found = null, least = 0.62 * PITCH;
    for (const section of wanted) {
      if (distance(section.area, x, y) > PITCH) continue;
      for (const seat of section.seats) {
        const away = Math.hypot(seat.x - x, seat.y - y);
        if (away < least) [found, least] = [seat, away];
      }
    }
    return found;
  }

  const onMap = () => wanted.filter((section) => section.isLoaded);
  map.sections = { all, onMap, isOpened: (section) => section === opened, complete, open, hit, change, addControl, seats: () => onMap().flatMap((section) => section.seats) };

  let start = "", checked = 0;
  addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("[data-drawing]:not([data-drawing=''])")) addSection(link.dataset.sectionLink, link, null);
    for (const element of plan.querySelectorAll(".seat-section")) {
      const section = addSection(element.dataset.section, all.get(element.dataset.section)?.link, element);
      for (const seat of section.seats) seat.input.seat = seat;
      if (!isSmall) start = section.id;
    }
    if (start) map.addEventListener("seatmap:settled", () => open(start), { once: true });
    addEventListener("popstate", (event) => open(event.state?.section ?? start));
  });

  map.addEventListener("seatmap:moved", () => {
    const now = performance.now();
    if (now - checked < 120) return;
    checked = now;
    updateWanted();
  });
  map.addEventListener("seatmap:settled", () => {
    updateWanted();
    onMap().forEach(placeNamesInView);
  });
})();
