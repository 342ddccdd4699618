// Draws the seats of sections on the plan: as dots, one SVG path for all seats of a part that look alike,
// and as check boxes in rows with the row's name at both ends.
//
// A section is drawn in parts of some hundred seats, and its check boxes one by one, so that other scripts
// can spread the work over frames. They use `map.drawing`; sections and seats are those of
// seat-sections.js.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map?.view) return;

  const { view } = map, { PITCH } = view;
  const PART = 50; // Seats.
  const LEGIBLE = 10; // Pixels on the screen of a row's name.
  const ABOVE = 99; // Pixels that rows begin above the plan, as in the style sheet.
  const SVG = "http://www.w3.org/2000/svg";
  const texts = map.closest("[data-seats-form]").dataset;
  const plan = map.querySelector("[data-plan]"), ground = plan.querySelector("[data-ground]");
  const controls = new Set(); // The seats that have check boxes.
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const box = make("input", { type: "checkbox", name: "seat", tabIndex: -1 }); // To copy, which is quicker.

  // --- Dots -----------------------------------------------------------------------------------------

  function divide(section) {
    const { seats } = section;
    for (let from = 0; from < seats.length; from += PART) {
      const part = { section, seats: seats.slice(from, from + PART), dots: null };
      for (const seat of part.seats) seat.part = part;
      section.parts.push(part);
    }
  }

  function drawDots(part) {
    const { section } = part;
    const shapes = new Map(), size = (section.pitch / view.unit) * 0.11;
    for (const { px, py, isFree, isChosen, inBasket, isDimmed, category } of part.seats) {
      const look = isChosen || inBasket ? "is-chosen" : isFree ? `category-${category}${isDimmed ? " is-dimmed" : ""}` : "is-taken";
      const drawn = look === "is-taken" ? `m${-size} ${-size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}` : "h0";
      shapes.set(look, `${shapes.get(look) ?? ""}M${px} ${py}${drawn}`);
    }
    if (!section.dots) {
      section.dots = document.createElementNS(SVG, "g");
      section.dots.setAttribute("class", "dots");
      section.dots.setAttribute("stroke-width", (section.pitch / view.unit) * 0.66);
      (section.shape ?? ground).append(section.dots);
      section.shape?.classList.add("is-open");
    }
    for (const path of part.dots ?? []) path.remove();
    part.dots = [...shapes].map(([look, d]) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", look);
      path.setAttribute("d", d);
      if (look === "is-taken") path.setAttribute("stroke-width", size * 0.6);
      return path;
    });
    section.dots.append(...part.dots);
  }

  function removeDots(section) {
    section.dots?.remove();
    section.dots = null;
    for (const part of section.parts) part.dots = null;
    section.shape?.classList.remove("is-open");
  }

  // --- Check boxes ----------------------------------------------------------------------------------

  // To what browsers count in, so that the seats of a row do not drift.
  const round = (length) => Math.round(length * 16) / 16;

  function prepare(section) {
    section.element ??= make("div", { className: "seat-section" });
    if (!section.element.querySelector("h3")) section.element.append(make("h3", { textContent: section.name }));
    section.size = round(Math.min(section.pitch, PITCH * 1.2) * 0.82);
    section.element.style.setProperty("--seat", `${section.size}px`);
    if (!section.element.isConnected) plan.append(section.element);
  }

  // By margins, which end where they begin: positioned, each would be a layer to be put in order. Rows begin
  // above the plan, since two negative margins would count as one.
  function place({ input, x, y, section: { size } }) {
    const top = ABOVE + round(y - size / 2);
    input.style.margin = `${top}px 0 ${-top - size}px ${round(x - size / 2)}px`;
  }

  // Takes a row of check boxes that is in the page already.
  function takeRow(section, row) {
    for (const seat of row.seats) {
      seat.input.tabIndex = -1;
      place(seat);
      controls.add(seat);
    }
    nameRow(section, row, row.element.querySelector(".row-name"));
  }

  function addRow(section, row) {
    row.element = make("div", { className: "seat-row", role: "group", ariaLabel: row.group });
    const after = section.rows.slice(section.rows.indexOf(row) + 1).find((other) => other.element);
    section.element.insertBefore(row.element, after?.element ?? null);
  }

  // Returns whether the row of a seat was there, after adding it, or its section, if not.
  function hasRow({ section, row }) {
    if (row.element) return true;
    if (section.element?.isConnected) addRow(section, row);
    else prepare(section);
    return false;
  }

  function addControl(seat) {
    if (seat.input) return;
    const { row } = seat;
    while (!hasRow(seat));
    seat.input = box.cloneNode();
    seat.input.value = seat.id;
    seat.input.setAttribute("data-n", seat.n);
    seat.input.seat = seat;
    place(seat);
    show(seat);
    let after = row.seats.indexOf(seat) + 1;
    while (row.seats[after] && !row.seats[after].input) after += 1;
    row.element.insertBefore(seat.input, row.seats[after]?.input ?? null);
    controls.add(seat);
  }

  function removeControl(seat) {
    seat.input.remove();
    seat.input = null;
    controls.delete(seat);
    const { row, section } = seat;
    if (row.seats.some((other) => other.input)) return;
    row.element.remove();
    row.element = row.names = null;
    if (!section.rows.some((other) => other.element)) section.element.remove();
  }

  const stateOf = ({ inBasket, isFree, section }) => (inBasket ? texts.textInBasket : isFree ? section.free : section.taken);

  function show(seat) {
    const { input } = seat;
    input.checked = seat.isChosen;
    input.disabled = !seat.isFree || seat.inBasket;
    const look = `seat category-${seat.category} is-${seat.kind}${seat.inBasket ? " is-in-basket" : ""}${seat.isJustSold ? " is-just-sold" : ""}${seat.isDimmed ? " is-dimmed" : ""}`;
    if (input.className !== look) input.className = look;
    const label = [seat.name, seat.money, seat.note, stateOf(seat)].filter(Boolean).join(", ");
    if (input.ariaLabel !== label) input.ariaLabel = label;
  }

  // --- Names of rows --------------------------------------------------------------------------------

  // Gives a row its name at both ends.
  function nameRow(section, row, name = make("span", { className: "row-name", textContent: row.label, ariaHidden: "true" })) {
    row.names = [name, name.cloneNode(true)];
    row.element.prepend(name);
    row.element.append(row.names[1]);
    placeNames(section, row, 0, row.seats.length - 1);
  }

  // Puts the names of a row beside its seats from `first` to `last`, in line with them and at most `room`
  // away, which keeps them in view where the row is longer than the frame. They stay legible, and beyond the
  // ends of the row.
  function placeNames(section, row, first, last, room = () => Infinity) {
    const { seats, names } = row, size = Math.max(8, LEGIBLE / (view.scale() || 1)).toFixed(1);
    const beside = (element, at, step) => {
      const seat = seats[at], other = seats[at - step], isEnd = !seats[at + step];
      const next = other ?? seats[at + step] ?? seat;
      let dx = (seat.x - next.x) * (other ? 1 : -1), dy = (seat.y - next.y) * (other ? 1 : -1);
      const length = Math.hypot(dx, dy);
      [dx, dy] = length ? [dx / length, dy / length] : [step, 0];
      const away = Math.min(isEnd ? section.size / 2 + 0.4 * size * element.lastChild?.length + 7 : Infinity, room(seat, dx, dy));
      const there = `left: ${(seat.x + dx * away).toFixed(1)}px; top: ${(ABOVE + seat.y + dy * away).toFixed(1)}px; font-size: ${size}px`;
      if (element.there !== there) element.style.cssText = element.there = there;
    };
    beside(names[0], first, -1);
    beside(names[1], last, 1);
  }

  // Moves the names of a row to what of it is in the frame.
  function placeNamesInView(section, row) {
    if (!row.element) return;
    if (!row.names) nameRow(section, row);
    const box = view.box(), inset = 0.45 * PITCH, near = 0.55 * PITCH;
    const left = box.left + inset, top = box.top + inset, right = box.right - inset, bottom = box.bottom - inset;
    const isIn = ({ x, y }) => x > left + near && x < right - near && y > top + near && y < bottom - near;
    // How far it is from a seat in a direction to the edge of the frame.
    const toEdge = (at, d, least, most) => (d > 1e-6 ? (most - at) / d : d < -1e-6 ? (least - at) / d : Infinity);
    const room = ({ x, y }, dx, dy) => Math.min(toEdge(x, dx, left, right), toEdge(y, dy, top, bottom));
    const first = row.seats.findIndex(isIn);
    if (first >= 0) placeNames(section, row, first, row.seats.findLastIndex(isIn), room);
  }

  map.drawing = { controls, divide, drawDots, removeDots, prepare, takeRow, hasRow, addControl, removeControl, show, stateOf, placeNamesInView };
})();
