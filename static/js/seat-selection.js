// The selected seats: named with their total in the bar, sent with the form, and kept for a reload. A
// wheelchair space is selected together with its companion seat. Seats that are in the basket are marked.
// A selected seat that somebody else buys is taken out, and the nearest one is offered.

(() => {
  const form = document.querySelector("[data-seats-form]");
  const map = form?.querySelector("[data-seatmap]");
  if (!map?.sections) return;

  const part = (name) => document.querySelector(`[data-${name}]`);
  const [bar, summary, list, notice, aside] = ["buy-bar", "summary", "chosen", "seat-notice", "basket-aside"].map(part);
  const texts = form.dataset, language = document.documentElement.lang || "en";
  const KEY = `seats ${texts.performance}`;
  const selected = new Map(); // Seats by id.
  let held = new Set(), format = null;

  // Same format as on the server: no decimals for whole amounts. Making a format takes time.
  function money(amount) {
    format ??= new Intl.NumberFormat(language, { style: "currency", currency: texts.currency, trailingZeroDisplay: "stripIfInteger" });
    return format.format(amount);
  }

  const { change } = map.sections;
  // A wheelchair space is named with its companion seats.
  const nameOf = (seat, companions = []) => companions.reduce((name, one) => texts.textPair.replace("{space}", name).replace("{companion}", one.name.split(", ").at(-1)), seat.name);
  const partnersOf = ({ section, partners }) => (partners.length ? section.seats.filter((other) => partners.includes(other.id)) : []);
  // What one sees from a section.
  const noteOf = (id) => document.querySelector(`[data-view-of="${id}"]`)?.parentNode.querySelector("p").textContent ?? "";
  const isSpace = (seat) => seat.kind === "wheelchair";
  const canBeChosen = (seat) => seat.isFree && !seat.inBasket;

  // --- Selecting ------------------------------------------------------------------------------------

  function set(seat, isChosen) {
    if (isChosen) selected.set(seat.id, seat);
    else selected.delete(seat.id);
    change(seat, { isChosen });
  }

  // Selects a seat with those that belong to it, or none of them if that is more than the limit.
  function select(seat) {
    const partners = partnersOf(seat).filter((other) => canBeChosen(other) && !selected.has(other.id));
    const wanted = [seat, ...(isSpace(seat) ? partners : partners.slice(0, 1))];
    if (selected.size + wanted.length > Number(texts.limit)) {
      change(seat, {});
      say(texts.textLimit);
      return;
    }
    for (const one of wanted) set(one, true);
    say("");
  }

  function deselect(seat) {
    for (const one of [seat, ...(isSpace(seat) ? partnersOf(seat) : [])]) set(one, false);
    say("");
  }

  function toggle(seat) {
    if (selected.has(seat.id)) deselect(seat);
    else if (canBeChosen(seat)) select(seat);
    show();
  }

  form.addEventListener("change", ({ target }) => {
    if (target.seat) toggle(target.seat);
  });

  // Seats out of view have no check boxes.
  form.addEventListener("formdata", ({ formData }) => {
    formData.delete("seat");
    for (const id of selected.keys()) formData.append("seat", id);
  });

  // --- The bar --------------------------------------------------------------------------------------

  const priceOf = (seats) => seats.reduce((sum, seat) => sum + seat.price, 0);

  // A wheelchair space, which comes first, and its companion seats are one entry.
  function entries(all) {
    const rest = new Set(all), found = [];
    for (const seat of all.sort((one, other) => isSpace(other) - isSpace(one))) {
      if (!rest.has(seat)) continue;
      const companions = isSpace(seat) ? partnersOf(seat).filter((one) => rest.has(one)) : [];
      const seats = [seat, ...companions];
      for (const one of seats) rest.delete(one);
      const name = nameOf(seat, companions);
      found.push({ seats, name, notes: [seat.note, noteOf(seat.section.id)], price: priceOf(seats) });
    }
    return found;
  }

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function show() {
    if (!bar) return;
    const all = [...selected.values()];
    const count = selected.size === 1 ? texts.textOne : texts.textMany.replace("{n}", selected.size);
    summary.hidden = false;
    summary.textContent = selected.size ? `${count} · ${money(priceOf(all))}` : texts.textNone;
    bar.classList.toggle("is-empty", !selected.size);
    list.hidden = !selected.size;
    list.replaceChildren(...entries(all).map(entryOf));
    save();
  }

  function entryOf({ seats, name, notes, price }) {
    const text = [name, ...notes, money(price)].filter(Boolean).join(" · ");
    const remove = element("button", { type: "button", className: "bar-remove", textContent: "×", ariaLabel: texts.textRemove.replace("{seat}", name) });
    remove.addEventListener("click", () => {
      for (const seat of seats) set(seat, false);
      say("");
      show();
      (list.querySelector("button") ?? bar.querySelector("[data-hold-button]")).focus();
    });
    return element("li", {}, text, remove);
  }

  function say(text, ...more) {
    if (!notice) return;
    notice.hidden = !text;
    notice.replaceChildren(text, ...more);
  }

  // --- Kept for a reload ------------------------------------------------------------------------------

  let isRestored = false;

  function save() {
    if (!isRestored) return;
    const ids = {};
    for (const seat of selected.values()) (ids[seat.section.id] ??= []).push(seat.id);
    try {
      if (selected.size) sessionStorage.setItem(KEY, JSON.stringify(ids));
      else sessionStorage.removeItem(KEY);
    } catch { /* The browser keeps nothing. */ }
  }

  async function restore() {
    let kept = {};
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    } catch { /* As if there were none. */ }
    const lost = [];
    for (const [id, ids] of Object.entries(kept)) {
      const section = map.sections.all.get(id);
      if (!section) continue;
      await map.sections.complete(section);
      for (const seat of section.seats.filter((one) => ids.includes(one.id))) {
        if (canBeChosen(seat) && selected.size < Number(texts.limit)) set(seat, true);
        else if (!seat.isFree && !seat.inBasket) lost.push(seat);
      }
    }
    isRestored = true;
    if (lost.length) tellSold(lost);
    else show();
    map.dispatchEvent(new CustomEvent("seatmap:restored"));
  }

  // --- Basket and sold seats --------------------------------------------------------------------------

  function markBasket(seat) {
    const inBasket = held.has(seat.id);
    if (inBasket === seat.inBasket) return;
    if (inBasket) selected.delete(seat.id);
    // What has left the basket is not available before the next poll says so.
    change(seat, { inBasket, isChosen: false, isFree: false });
  }

  const known = () => [...map.sections.all.values()].flatMap((section) => section.seats);

  function readBasket() {
    const lines = aside?.querySelector("[data-held]");
    held = new Set(lines ? lines.dataset.held.split(" ").filter(Boolean) : []);
    known().forEach(markBasket);
    show();
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
  }

  // Makes a seat available or not. Returns whether it was selected and is no longer available.
  function setFree(seat, isFree) {
    if (seat.inBasket || isFree === seat.isFree) return false;
    const isLost = !isFree && seat.isChosen;
    if (isLost) selected.delete(seat.id);
    change(seat, { isFree, isChosen: isFree && seat.isChosen, isJustSold: isLost });
    return isLost;
  }

  // The nearest available seat like a lost one: of the same price and kind if possible.
  function nearest(lost, taken) {
    const others = known().filter((seat) => canBeChosen(seat) && !selected.has(seat.id) && !taken.includes(seat) && isSpace(seat) === isSpace(lost) && seat.kind !== "companion");
    const away = (seat) => Math.hypot(seat.x - lost.x, seat.y - lost.y) + (seat.price === lost.price ? 0 : 1e6);
    return others.sort((a, b) => away(a) - away(b))[0];
  }

  // Names the seats that were lost, and offers others for all of them at once.
  function tellSold(lost) {
    const others = [];
    for (const { seats: [seat] } of entries(lost)) {
      const other = nearest(seat, others);
      if (other) others.push(other, ...partnersOf(other).filter(canBeChosen));
    }
    const namesOf = (all) => entries(all).map(({ name }) => name).join("; ");
    const label = `${namesOf(others)} · ${money(priceOf(others))}`;
    const button = element("button", { type: "button", className: "btn btn-sm", textContent: texts.textInstead.replace("{seat}", label) });
    button.addEventListener("click", () => {
      button.remove();
      for (const other of others) if (canBeChosen(other) && !selected.has(other.id)) select(other);
      show();
      map.view.reveal(others[0].x, others[0].y);
      bar.querySelector("[data-hold-button]").focus();
    });
    say(`${texts.textJustSold} ${namesOf(lost)}. `, ...(others.length ? [button] : []));
    show();
  }

  // Marks seats that a response reported as unavailable, without waiting for the next poll.
  function markUnavailable() {
    const ids = document.querySelector("#answer [data-unavailable-seats]")?.dataset.unavailableSeats.split(" ") ?? [];
    for (const seat of known()) if (ids.includes(seat.id)) setFree(seat, false);
    show();
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target === aside) readBasket();
    if (event.target.id === "answer" || event.target === aside) markUnavailable();
  });

  let isByHand = false;
  document.addEventListener("htmx:beforeRequest", (event) => { isByHand = event.target === form; });
  // Seats that are now held are no longer selected. Whoever has selected them goes to the basket.
  document.addEventListener("places-held", () => {
    for (const seat of [...selected.values()]) set(seat, false);
    readBasket();
    const heading = aside.querySelector("h2"), link = aside.querySelector("a.btn");
    if (!heading) return;
    if (isByHand && link && !document.querySelector("#answer .notice")) {
      location.assign(link.href);
      return;
    }
    // Move the focus to the basket, so that its link is the next tab stop.
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    aside.scrollIntoView({ block: matchMedia("(min-width: 62rem)").matches ? "nearest" : "start" });
  });

  map.addEventListener("seatmap:loaded", ({ detail }) => {
    for (const seat of detail.section.seats) {
      if (held.has(seat.id)) markBasket(seat);
      else if (seat.isChosen) selected.set(seat.id, seat);
    }
  });

  map.selection = { toggle, setFree, tellSold, nameOf, noteOf, partnersOf, priceOf, money };
  addEventListener("DOMContentLoaded", restore);
  show();
})();

// Fetch the basket beside the map only for visitors who have one.
(() => {
  const aside = document.querySelector("[data-basket-aside]");
  if (aside && /(?:^|;\s*)basket=\d/.test(document.cookie)) {
    addEventListener("load", () => window.htmx?.trigger(aside, "basket"));
  }
})();
