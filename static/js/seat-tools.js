// Tools of the seat map: names of seats and sections, pictures of views, filters, and the arrow keys.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map?.selection) return;

  const { view, drawing, sections, selection } = map, { PITCH, DIRECTIONS } = view, { numbers } = sections, { noteOf } = selection;
  const part = (name) => document.querySelector(`[data-${name}]`);
  const texts = map.closest("[data-seats-form]").dataset;
  const canvas = part("canvas"), tip = part("tip");
  const isTouch = matchMedia("(pointer: coarse)").matches;
  const TOUCHED = 24; // Pixels from seat to seat below which a tap zooms in as well,
  const TOO_SMALL = 12; // and below which it selects nothing.
  const TELL_AFTER = 120; // Milliseconds.
  const views = new Map([...document.querySelectorAll("[data-view-of]")].map((link) => [link.dataset.viewOf, link]));

  // --- Names of seats and sections ----------------------------------------------------------------

  let shown = null, telling = 0;

  // What is shown beside a seat or section, once the pointer or the focus rests on it.
  function tell(what, show) {
    if (shown === what) return;
    hideTip();
    shown = what;
    telling = setTimeout(() => view.later(() => shown === what && show()), TELL_AFTER);
  }

  // Where it goes depends on its size, which only the style sheet knows without a layout.
  function showTip(lines, x, y) {
    tip.querySelector("img")?.remove();
    [...tip.children].forEach((line, at) => { line.textContent = lines.filter(Boolean)[at] ?? ""; });
    const picture = shown?.section && views.get(shown.section.id), { left, right } = view.box();
    if (picture) tip.append(Object.assign(document.createElement("img"), { src: picture.href, alt: "", width: 176, height: 99 }));
    tip.style.transform = `translate(clamp(4px, ${x}px - 50%, ${(right - left) * view.scale() - 4}px - 100%), ${y < (picture ? 200 : 100) ? `${y + 14}px` : `calc(${y - 10}px - 100%)`})`;
    tip.classList.add("is-shown");
  }

  function hideTip() {
    clearTimeout(telling);
    shown = null;
    tip.classList.remove("is-shown");
  }

  const tellSeat = (seat) => tell(seat, () => showSeat(seat));

  function showSeat(seat) {
    const [x, y] = view.toScreen(seat.x, seat.y - seat.section.pitch / 2);
    const others = selection.partnersOf(seat).filter((other) => other.isFree === seat.isFree);
    const isCompanion = seat.kind === "companion" && others.length;
    const [space, companions] = isCompanion ? [others[0], [seat]] : [seat, others];
    const price = selection.money(selection.priceOf([space, ...companions]));
    showTip([selection.nameOf(space, companions), [price, seat.note, drawing.stateOf(seat)].filter(Boolean).join(", "), noteOf(seat.section.id)], x, y);
  }

  // A section tells what the list says about it.
  function showSection(shape, x, y) {
    const item = [...document.querySelectorAll(`.section-list [data-free-in="${shape.dataset.sectionLink}"]`)].at(-1)?.closest("li");
    if (!item) return hideTip();
    const say = (selector) => item.querySelector(selector)?.textContent.replace(/\s+/g, " ").trim() ?? "";
    showTip([say("strong"), [say(".num"), say(item.querySelector("meter").value ? ".when-free" : ".when-sold-out")].filter(Boolean).join(" · "), noteOf(shape.dataset.sectionLink)], x, y);
  }

  let pointed = null;
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || event.buttons) return;
    pointed = event;
    view.later(tellPointed);
  });

  function tellPointed() {
    if (!pointed) return;
    const at = view.inFrame(pointed), seat = sections.hit(...at);
    const shape = pointed.target.closest(".section-shape:not(.is-open)");
    if (seat) tellSeat(seat);
    else if (shape) tell(shape, () => showSection(shape, ...at));
    else if (shown) hideTip();
  }
  canvas.addEventListener("pointerleave", () => {
    pointed = null;
    hideTip();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) hideTip();
  });
  map.addEventListener("seatmap:moved", () => {
    if (shown) hideTip();
  });
  map.addEventListener("seatmap:settled", () => {
    const { seat } = document.activeElement;
    if (seat?.input.matches(":focus-visible")) tellSeat(seat);
  });

  // The name of the section in the middle stays in view, with the picture of its view.
  const place = part("place"), placeName = part("place-name"), viewButton = part("view-button");
  let here = null;

  function updatePlace() {
    const away = ({ area }) => sections.distance(area, ...view.centre());
    const [nearest] = sections.onMap().filter((one) => away(one) < 6 * PITCH).sort((a, b) => away(a) - away(b) || sections.isOpened(b) - sections.isOpened(a));
    const before = here;
    here = view.isFitted() && sections.all.size > 1 ? null : nearest;
    if (here === before) return;
    place.hidden = !here;
    if (!here) return;
    placeName.textContent = here.name;
    viewButton.hidden = !views.has(here.id);
  }

  const dialog = part("view-dialog");
  function showView(id) {
    const link = views.get(id);
    part("view-title").textContent = link.textContent;
    part("view-picture").src = link.href;
    part("view-text").textContent = noteOf(id);
    dialog.showModal();
  }
  viewButton.addEventListener("click", () => showView(here.id));
  part("view-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-view-of]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showView(link.dataset.viewOf);
  });

  // A click on a seat without a check box selects it as well. A tap on small seats zooms in.
  canvas.addEventListener("click", (event) => {
    if (!event.detail) return;
    const seat = event.target.seat ?? sections.hit(...view.inFrame(event)), size = view.scale() * PITCH;
    if (!seat) return;
    const isTooSmall = size < TOO_SMALL;
    if (isTooSmall || !event.target.seat) event.preventDefault();
    if (!isTooSmall && !event.target.seat) selection.toggle(seat);
    if (isTooSmall || (isTouch && size < TOUCHED)) view.fly(seat.x, seat.y, 40 / PITCH);
  });

  // --- Filters --------------------------------------------------------------------------------------

  const range = part("price-range"), accessible = part("filter-accessible");
  const notice = part("map-notice");
  const prices = range ? range.dataset.prices.trim().split(" ").map(Number) : [];
  const [low, high] = range ? range.querySelectorAll("input") : [];
  let least = 0, most = Infinity;

  const isInRange = (price) => price >= least && price <= most;
  const isOut = (seat) => !isInRange(seat.price) || (Boolean(accessible?.checked) && seat.kind !== "wheelchair" && seat.kind !== "companion");

  function dim(section) {
    for (const seat of section.seats) if (isOut(seat) !== seat.isDimmed) sections.change(seat, { isDimmed: isOut(seat) });
  }

  // The prices at which places of a section are available, wheelchair spaces if they are asked for: of its
  // seats, or as the page was sent.
  const isWanted = (seat) => seat.isFree && (!accessible?.checked || seat.kind === "wheelchair");
  const pricesOf = (section) => section.seats.filter(isWanted).map((seat) => seat.price);

  function freePrices({ dataset }) {
    const section = sections.all.get(dataset.sectionLink);
    return section?.isLoaded ? pricesOf(section) : numbers((accessible?.checked ? dataset.freeSpaces : dataset.freePrices) ?? "");
  }

  function filter() {
    for (const section of sections.all.values()) dim(section);
    for (const section of document.querySelectorAll("[data-section-prices]")) {
      const out = (Boolean(range) && !numbers(section.dataset.sectionPrices).some(isInRange)) || (Boolean(accessible?.checked) && !("spaces" in section.dataset));
      section.toggleAttribute("data-out", out);
      if (section.matches("li")) section.hidden = out;
      else section.classList.toggle("is-dimmed", out);
    }
    tellMatches();
  }

  // Where nothing is left, says what there is.
  function tellMatches() {
    const free = map.matches(".is-small") ? [...sections.all.values()].flatMap(pricesOf) : [...document.querySelectorAll(".section-shape:not(.fill-4)")].flatMap(freePrices);
    // A sold-out performance says so itself.
    notice.hidden = free.some(isInRange) || (!free.length && !accessible?.checked);
    if (notice.hidden) return;
    const span = [Math.min(...free), Math.max(...free)];
    const shownPrices = [...new Set(span)].map(selection.money).join(" – ");
    notice.textContent = free.length ? texts.textNoMatch.replace("{prices}", shownPrices) : texts.textNoSpaces;
  }

  function readRange(moved) {
    if (Number(low.value) > Number(high.value)) (moved === low ? high : low).value = moved.value;
    [least, most] = [prices[low.value], prices[high.value]];
    for (const input of [low, high]) input.setAttribute("aria-valuetext", selection.money(prices[input.value]));
    part("price-text").textContent = least === most ? selection.money(least) : `${selection.money(least)} – ${selection.money(most)}`;
    range.style.setProperty("--from", low.value / (prices.length - 1));
    range.style.setProperty("--to", high.value / (prices.length - 1));
    filter();
  }

  // Goes to the wheelchair spaces that are left, in the section that has most of them.
  function showSpaces() {
    const [shape] = [...document.querySelectorAll(".section-shape[data-spaces]:not(.fill-4):not([data-out])")]
      .sort((one, other) => numbers(other.dataset.freeSpaces).length - numbers(one.dataset.freeSpaces).length);
    if (!shape) return;
    // On a phone the first few of them: all may be too small to select.
    const spaces = shape.dataset.spaces.split(" ").slice(innerWidth < 640 ? 4 : 0).join(" ");
    sections.open(shape.dataset.sectionLink);
    view.show(sections.areaOf(spaces), 5 * PITCH);
    part("frame").scrollIntoView({ block: "nearest" });
  }

  if (range) {
    for (const input of [low, high]) input.max = prices.length - 1;
    if (!Number(high.value)) high.value = high.max;
    range.addEventListener("input", (event) => readRange(event.target));
  }
  accessible?.addEventListener("change", () => {
    filter();
    if (accessible.checked) showSpaces();
    else view.whole();
  });
  map.addEventListener("seatmap:loaded", ({ detail }) => dim(detail.section));
  addEventListener("DOMContentLoaded", () => (range ? readRange(low) : filter()));
  map.addEventListener("seatmap:changed", () => {
    if (least > prices[0] || most < prices.at(-1) || accessible?.checked) filter();
  });

  // --- Arrow keys -----------------------------------------------------------------------------------

  // Arrow keys move between neighbouring seats; Home and End go to the ends of the row. The seats have a
  // single tab stop: the one last focused, else a selected one, else the one nearest the middle.
  let current = null, direction = null;

  const canHaveFocus = (seat) => seat.isFree && !seat.inBasket;

  function updateTabStop() {
    if (document.activeElement?.seat || (current?.input && canHaveFocus(current))) return;
    const free = [...drawing.controls].filter(canHaveFocus);
    const [x, y] = view.centre(), away = (seat) => Math.hypot(seat.x - x, seat.y - y);
    const first = () => (view.isFitted() ? free[0] : free.reduce((best, seat) => (away(seat) < away(best) ? seat : best), free[0]));
    setTabStop(free.find((seat) => seat.isChosen) ?? first());
  }

  function setTabStop(seat) {
    if (current?.input) current.input.tabIndex = -1;
    current = seat ?? null;
    if (current?.input) current.input.tabIndex = 0;
  }

  // Sideways distance counts more than distance ahead, so that arrow keys follow curved rows.
  function next(from, [dx, dy]) {
    let best = null, fewest = Infinity;
    const others = sections.onMap().filter((section) => section !== from.section);
    for (const section of [from.section, ...others]) {
      // No seat of a section is nearer than its area.
      if (sections.distance(section.area, from.x, from.y) > fewest) continue;
      for (const row of section.rows) {
        if (sections.distance(row, from.x, from.y) > fewest) continue;
        for (const seat of row.seats) {
          if (!canHaveFocus(seat)) continue;
          const ahead = (seat.x - from.x) * dx + (seat.y - from.y) * dy;
          const aside = Math.abs((seat.x - from.x) * dy) + Math.abs((seat.y - from.y) * dx);
          const cost = ahead + 3 * aside;
          if (ahead > 0.5 && aside < 2 * ahead + 1 && cost < fewest) [best, fewest] = [seat, cost];
        }
      }
    }
    return best;
  }

  canvas.addEventListener("keydown", (event) => {
    const { seat } = event.target;
    if (!seat || event.altKey || event.ctrlKey || event.metaKey) return;
    let to = null;
    direction = DIRECTIONS[event.key];
    if (direction) to = next(seat, direction);
    else if (event.key === "Home") to = seat.row.seats.find(canHaveFocus);
    else if (event.key === "End") to = seat.row.seats.findLast(canHaveFocus);
    else return;
    event.preventDefault();
    if (!to) return;
    drawing.addControl(to);
    to.input.focus({ preventScroll: true });
    view.later(prepareNext);
  });

  // The next one has its check box before it is needed.
  function prepareNext() {
    const { seat } = document.activeElement, after = seat && direction && next(seat, direction);
    if (after) drawing.addControl(after);
  }

  canvas.addEventListener("focusin", ({ target }) => {
    if (!target.seat) return;
    setTabStop(target.seat);
    view.later(followFocus);
  });

  function followFocus() {
    const { seat } = document.activeElement, isVisible = Boolean(seat?.input.matches(":focus-visible"));
    place.classList.toggle("is-behind", isVisible);
    if (!isVisible) return;
    view.reveal(seat.x, seat.y);
    tellSeat(seat);
  }

  canvas.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget?.seat) return;
    place.classList.remove("is-behind");
    hideTip();
  });

  for (const name of ["drawn", "changed", "settled"]) map.addEventListener(`seatmap:${name}`, () => [updatePlace, updateTabStop].forEach(view.later));
})();
