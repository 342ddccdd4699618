// Shows the selected seats with their total, and marks seats that are already in the basket.

(() => {
  const form = document.querySelector("[data-seats-form]");
  if (!form) return;

  const map = form.querySelector("[data-seatmap]");
  const bar = form.querySelector("[data-buy-bar]");
  const summary = form.querySelector("[data-summary]");
  const texts = form.dataset;
  const aside = document.querySelector("[data-basket-aside]");
  const language = document.documentElement.lang || "en";
  let held = new Set();

  const selectedSeats = () => [...form.querySelectorAll("input[name=seat]:checked")];

  // Same format as on the server: no decimals for whole amounts.
  function money(cents) {
    const digits = cents % 100 ? undefined : 0;
    const style = { style: "currency", currency: texts.currency, minimumFractionDigits: digits, maximumFractionDigits: digits ?? 2 };
    return new Intl.NumberFormat(language, style).format(cents / 100);
  }

  function showSummary() {
    if (!bar) return;
    const seats = selectedSeats();
    const cents = seats.reduce((total, seat) => total + Math.round(100 * seat.parentNode.dataset.price), 0);
    const count = seats.length === 1 ? texts.textOne : texts.textMany.replace("{n}", seats.length);
    summary.hidden = false;
    summary.textContent = seats.length ? `${count} · ${money(cents)}` : texts.textNone;
    bar.classList.toggle("is-empty", !seats.length);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "seat" && event.target.checked && selectedSeats().length > Number(texts.limit)) {
      event.target.checked = false;
      showNotice(texts.textLimit);
    } else if (event.target.name === "seat") showNotice("");
    showSummary();
  });

  function showNotice(text) {
    const line = form.querySelector("[data-seat-notice]");
    if (!line) return;
    line.textContent = text;
    line.hidden = !text;
  }

  // The state is the last part of the accessible name.
  function setState(input, state) {
    const name = input.getAttribute("aria-label");
    input.setAttribute("aria-label", name.slice(0, name.lastIndexOf(", ") + 2) + state);
  }

  // Marks the seats that are in the basket.
  function markBasketSeats() {
    const list = aside?.querySelector("[data-held]");
    held = new Set(list ? list.dataset.held.split(" ").filter(Boolean) : []);
    for (const input of map.querySelectorAll("input[name=seat]")) {
      const seat = input.parentNode;
      const inBasket = held.has(input.value);
      if (inBasket) Object.assign(input, { checked: false, disabled: true });
      if (inBasket !== seat.classList.contains("is-in-basket")) {
        seat.classList.toggle("is-in-basket", inBasket);
        const words = seat.closest(".seat-section").dataset;
        setState(input, inBasket ? texts.textInBasket : input.disabled ? words.taken : words.free);
      }
    }
    showSummary();
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
  }

  // Marks seats that a response reported as unavailable, without waiting for the next poll.
  function markUnavailable() {
    const list = document.querySelector("#answer [data-unavailable-seats]");
    for (const id of list ? list.dataset.unavailableSeats.split(" ").filter(Boolean) : []) {
      const input = map.querySelector(`input[value="${id}"]`);
      if (!input || input.disabled) continue;
      Object.assign(input, { checked: false, disabled: true });
      input.parentNode.classList.add("is-just-sold");
      setState(input, input.closest(".seat-section").dataset.taken);
    }
    showSummary();
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target === aside) markBasketSeats();
    if (event.target.id === "answer" || event.target === aside) markUnavailable();
  });
  // Seats that are now held are no longer selected.
  document.addEventListener("places-held", () => {
    for (const input of selectedSeats()) input.checked = false;
    markBasketSeats();
    const heading = aside.querySelector("h2");
    if (!heading) return;
    // Move the focus to the basket, so that its link is the next tab stop.
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    aside.scrollIntoView({ block: matchMedia("(min-width: 62rem)").matches ? "nearest" : "start" });
  });
  map.addEventListener("seatmap:drawn", markBasketSeats);
  map.addEventListener("seatmap:sold", (event) => {
    showNotice(`${texts.textJustSold} ${event.detail.join("; ")}.`);
    showSummary();
  });

  showSummary();
})();

// Fetch the basket beside the map only for visitors who have one.
(() => {
  const aside = document.querySelector("[data-basket-aside]");
  if (aside && /(?:^|;\s*)basket=\d/.test(document.cookie)) {
    addEventListener("load", () => window.htmx?.trigger(aside, "basket"));
  }
})();
