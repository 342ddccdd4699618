// The seats of the sections. Those of a large plan are fetched while they are in view, one section at a
// time from immutable URLs. What has to be drawn (seat-drawing.js) is put on lists, from which a frame does
// some: dots first, then check boxes for seats that are large enough to be selected, the row nearest to the
// middle first.
//
// Other scripts use `map.sections`. A seat is {id, name, x, y, price, money, kind, note, partners, row, section},
// where `money` is the price in words, with the states `isFree`, `isChosen`, `inBasket`, `isDimmed` and
// `isJustSold`, which `change` sets. Events of the map: "seatmap:loaded" with a {section} before its seats are
// drawn, "seatmap:drawn" when check boxes have been added.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map?.drawing) return;

  const { view, drawing } = map, { PITCH } = view, { controls } = drawing;
  const DOTS_FROM = 7; // Pixels from seat to seat from which seats are drawn,
  const CONTROLS_FROM = 15; // and from which they have check boxes,
  const OPENED_FROM = 9; // in the opened section earlier.
  const MOST_SECTIONS = 30, MOST_CONTROLS = 1000; // On the map at the same time.
  const PAUSE = 150; // Milliseconds after a key.
  const BUDGET = 0.5; // Milliseconds of a frame for drawing; style and layout of what is drawn take five times as long.
  const texts = map.closest("[data-seats-form]").dataset;
  const plan = map.querySelector("[data-plan]"), ground = plan.querySelector("[data-ground]");
  const notice = map.querySelector("[data-map-notice]");
  const isSmall = map.matches(".is-small");
  const all = new Map(), stale = new Set(), unnamed = new Set();
  let wanted = [], queue = [], surplus = [], isFetching = false, isWaiting = false, waiting = 0, opened = null;

  const numbers = (text) => text.split(" ").filter(Boolean).map(Number);
  // Ends with the frame, or soon where the page is hidden and has none.
  const frameEnd = () => new Promise((go) => { view.later(go); setTimeout(go, 100); });

  function areaOf(text) {
    const [left, top, width, height] = numbers(text), [x, y] = view.toPlan(left, top);
    return { left: x, top: y, right: x + width * view.unit, bottom: y + height * view.unit };
  }

  function areaOfSeats(seats) {
    const xs = seats.map(({ x }) => x), ys = seats.map(({ y }) => y);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  }

  // --- Seats ----------------------------------------------------------------------------------------

  function addSection(id, link, element) {
    const shape = ground.querySelector(`[data-section-link="${id}"]`);
    const name = (link ?? element.querySelector("h3")).textContent.trim();
    const section = { id, link, shape, name, area: areaOf((link ?? element).dataset.box), element: null, rows: [], seats: [], parts: [], dots: null, isLoaded: false };
    all.set(id, section);
    if (element) readSection(section, element);
    return section;
  }

  function addSeat(section, row, order, values) {
    const at = section.seats.length, [x, y] = view.toPlan(values.px, values.py);
    const seat = Object.assign(values, { x, y, row, section, part: null, at: order.length ? order[at] : at, isFree: true, isChosen: false, inBasket: false, isDimmed: false, isJustSold: false });
    row.seats.push(seat);
    section.seats.push(seat);
    return seat;
  }

  function loaded(section) {
    drawing.divide(section);
    for (const row of section.rows) Object.assign(row, areaOfSeats(row.seats));
    section.isLoaded = true;
    map.dispatchEvent(new CustomEvent("seatmap:loaded", { detail: { section } }));
    draw(section);
  }

  // Seats from the data of a section, some rows in a frame.
  async function readData(section, data) {
    Object.assign(section, { free: data.free, taken: data.taken, pitch: data.pitch * view.unit });
    let end = 0;
    for (const [label, group, where, seats] of data.rows) {
      const row = { label, group, seats: [], element: null, names: null };
      if (performance.now() > end) {
        await frameEnd();
        end = performance.now() + 4 * BUDGET;
      }
      section.rows.push(row);
      for (const [id, n, px, py, price, kind, ...partners] of seats) {
        const [amount, text, category] = data.prices[price], [kindName, pattern, note] = data.kinds[kind];
        const named = pattern.replace("{}", n);
        addSeat(section, row, data.order, { id: String(id), n, px, py, price: amount, money: text, category, kind: kindName, note, partners: partners.map(String), name: where ? `${where}, ${named}` : named, input: null });
      }
    }
    loaded(section);
  }

  // Seats that are in the page already.
  function readSection(section, element) {
    const { free, taken, pitch, order } = element.dataset;
    Object.assign(section, { element, free, taken, pitch: Number(pitch) * view.unit });
    drawing.prepare(section);
    const places = numbers(order ?? "");
    for (const rowElement of element.querySelectorAll(".seat-row")) {
      const row = { label: "", group: "", seats: [], element: rowElement, names: null };
      section.rows.push(row);
      for (const input of rowElement.querySelectorAll(".seat")) {
        const kind = input.className.match(/is-(wheelchair|companion|restricted)/)?.[1] ?? "ordinary";
        // The accessible name is name, price, note if any, state.
        const parts = input.ariaLabel.split(", ").slice(0, -1), note = kind === "restricted" ? parts.at(-1) : "";
        const seat = addSeat(section, row, places, {
          id: input.value, n: input.dataset.n, px: Number(input.dataset.x), py: Number(input.dataset.y), price: Number(input.dataset.price), money: parts.at(note ? -2 : -1),
          category: input.className.match(/category-(\d+)/)[1], kind, note, partners: input.dataset.with?.split(" ") ?? [], name: parts.slice(0, note ? -2 : -1).join(", "), input,
        });
        Object.assign(seat, { isFree: !input.disabled, isChosen: input.checked });
      }
      drawing.takeRow(section, row);
    }
    loaded(section);
  }

  function change(seat, states) {
    Object.assign(seat, states);
    if (seat.part) stale.add(seat.part);
    if (seat.input) drawing.show(seat);
    work();
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

  // What is to be drawn; the check boxes only once the map rests.
  function updateWanted() {
    const box = frameBox(0), [x, y] = view.centre(), size = view.scale() * PITCH;
    const inView = size < DOTS_FROM ? [] : [...all.values()].filter(({ area }) => touches(area, box));
    const before = wanted;
    wanted = inView.sort((a, b) => distance(a.area, x, y) - distance(b.area, x, y)).slice(0, MOST_SECTIONS);
    if (opened && !wanted.includes(opened) && !opened.isLoaded) wanted.unshift(opened);
    for (const section of before) if (!wanted.includes(section)) drawing.removeDots(section);
    wanted.forEach(draw);
    if (!view.isMoving()) updateQueue(x, y, size);
    work();
  }

  function draw(section) {
    if (!isSmall && section.isLoaded) for (const part of section.parts) if (!part.dots) stale.add(part);
  }

  // Which seats need check boxes: those in view that are large enough, and all of the opened section.
  function updateQueue(x, y, size) {
    queue = [];
    surplus = [];
    if (isSmall) return;
    const box = frameBox(PITCH), isLarge = size >= CONTROLS_FROM, rows = [];
    for (const section of wanted) {
      if (!isLarge && (section !== opened || size < OPENED_FROM)) continue;
      for (const row of section.rows) {
        if (section !== opened && !touches(row, box)) continue;
        const seats = row.seats.filter((seat) => !seat.input && (section === opened || isIn(seat, box)));
        if (seats.length) rows.push({ seats: seats.reverse(), away: distance(row, x, y) });
      }
    }
    // A row at a time: its layout takes as long for one seat as for many.
    queue = rows.sort((a, b) => b.away - a.away).flatMap((row) => row.seats);
    if (controls.size + queue.length > MOST_CONTROLS || !isLarge) surplus = outOfView(isLarge ? frameBox(12 * PITCH) : null);
  }

  // The seats whose check boxes are out of view.
  function outOfView(box) {
    const isKept = (section) => section === opened && view.scale() * PITCH >= OPENED_FROM;
    return [...controls].filter((seat) => !isKept(seat.section) && seat.input !== document.activeElement && !(box && isIn(seat, box)));
  }

  // Returns a function that does pieces of a kind of work, as many as the budget of a frame allows but one at
  // least, and says how many there were.
  const paced = (piece) => () => {
    const end = performance.now() + BUDGET;
    let number = 0;
    while (piece() && ++number && performance.now() < end);
    return number;
  };

  // The same for what is in a set.
  const pacedSet = (set, use) => paced(() => {
    const [one] = set;
    set.delete(one);
    if (one) use(one);
    return one;
  });

  const drawParts = pacedSet(stale, (part) => {
    if (!isSmall && (part.section.dots || wanted.includes(part.section))) drawing.drawDots(part);
  });
  // A new row is a piece of its own.
  const addControls = paced(() => {
    const seat = queue.at(-1);
    if (seat && drawing.hasRow(seat)) drawing.addControl(queue.pop());
    return seat;
  });
  const removeControls = paced(() => {
    const seat = surplus.pop();
    if (seat?.input && seat.input !== document.activeElement) drawing.removeControl(seat);
    return seat;
  });
  const nameRows = pacedSet(unnamed, (row) => drawing.placeNamesInView(row.seats[0].section, row));

  // Check boxes and names wait until the map rests and no key is pressed.
  let pressed = 0;
  const isResting = () => !view.isMoving() && performance.now() - pressed > PAUSE;
  map.addEventListener("keydown", () => { pressed = performance.now(); });

  const work = () => view.later(doPieces);

  function doPieces() {
    const missing = wanted.find((one) => !one.isLoaded);
    if (missing) load(missing);
    if (drawParts() || (isResting() && (changeControls() || nameRows()))) work();
    else if (!isResting()) {
      clearTimeout(waiting);
      waiting = setTimeout(work, PAUSE);
    }
  }

  function changeControls() {
    if (!addControls() && !removeControls()) return false;
    if (!queue.length && !surplus.length) {
      listRows();
      map.dispatchEvent(new CustomEvent("seatmap:drawn"));
    }
    return true;
  }

  // Names are to be moved to what of their rows is in the frame.
  function listRows() {
    for (const section of onMap()) for (const row of section.rows) if (row.element) unnamed.add(row);
    work();
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
      await readData(section, await response.json());
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

  function mark(id, isHere) {
    for (const link of document.querySelectorAll(`[data-section-link="${id}"]`)) {
      link.setAttribute("aria-current", isHere);
      link.classList.toggle("is-current", isHere);
    }
  }

  function open(id) {
    const section = all.get(id), before = opened?.id;
    view.later(() => {
      mark(before, false);
      mark(id, true);
    });
    opened = section ?? null;
    if (section) view.show(section.area, 3 * PITCH);
    else view.whole();
    return section;
  }

  async function focusSection(section) {
    await complete(section);
    drawing.addControl(section.seats[0]);
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
    view.later(() => history.pushState({ section: id }, "", link.getAttribute("href").split("#")[0]));
    view.later(() => map.querySelector("[data-frame]").scrollIntoView({ block: "nearest" }));
    if (section && link !== section.shape) focusSection(section);
  });

  // --- Start ----------------------------------------------------------------------------------------

  // The nearest seat at a point of the frame, at most as far away as it is large.
  function hit(frameX, frameY) {
    const box = view.box(), scale = view.scale(), x = box.left + frameX / scale, y = box.top + frameY / scale;
    let found = null, least = 0.62 * PITCH;
    for (const section of wanted) {
      if (distance(section.area, x, y) > PITCH) continue;
      for (const row of section.rows) {
        if (distance(row, x, y) > least) continue;
        for (const seat of row.seats) {
          const away = Math.hypot(seat.x - x, seat.y - y);
          if (away < least) [found, least] = [seat, away];
        }
      }
    }
    return found;
  }

  const onMap = () => wanted.filter((section) => section.isLoaded);
  map.sections = { numbers, all, areaOf, onMap, isOpened: (section) => section === opened, distance, complete, open, hit, change };

  let start = "", checked = 0;
  addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("[data-drawing]:not([data-drawing=''])")) addSection(link.dataset.sectionLink, link, null);
    for (const element of plan.querySelectorAll(".seat-section")) {
      const section = addSection(element.dataset.section, all.get(element.dataset.section)?.link, element);
      for (const seat of section.seats) seat.input.seat = seat;
      if (!isSmall) start = section.id;
    }
    if (start) open(start);
    addEventListener("popstate", (event) => open(event.state?.section ?? start));
  });

  map.addEventListener("seatmap:moved", () => {
    const now = performance.now();
    if (now - checked < 120) return;
    checked = now;
    view.later(updateWanted);
  });
  map.addEventListener("seatmap:settled", () => {
    [updateWanted, listRows].forEach(view.later);
  });
})();
