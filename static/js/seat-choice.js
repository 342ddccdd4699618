// Says what has been chosen and what it costs, and which seats of the map are in the basket already.

(() => {
  const form = document.querySelector("[data-seats-form]");
  if (!form) return;

  const map = form.querySelector("[data-seatmap]");
  const bar = form.querySelector("[data-buy-bar]");
  const summary = form.querySelector("[data-summary]");
  const say = form.dataset;
  const aside = document.querySelector("[data-basket-aside]");
  const language = document.documentElement.lang || "en";
  let held = new Set();

  const chosen = () => [...form.querySelectorAll("input[name=seat]:checked")];

  // As the server writes it: whole amounts without their noughts.
  function money(cents) {
    const digits = cents % 100 ? undefined : 0;
    const style = { style: "currency", currency: say.currency, minimumFractionDigits: digits, maximumFractionDigits: digits ?? 2 };
    return new Intl.NumberFormat(language, style).format(cents / 100);
  }

  function sum() {
    if (!bar) return;
    const seats = chosen();
    const cents = seats.reduce((total, seat) => total + Math.round(100 * seat.parentNode.dataset.price), 0);
    const count = seats.length === 1 ? say.sayOne : say.sayMany.replace("{n}", seats.length);
    summary.hidden = false;
    summary.textContent = seats.length ? `${count} · ${money(cents)}` : say.sayNone;
    bar.classList.toggle("is-empty", !seats.length);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "seat" && event.target.checked && chosen().length > Number(say.limit)) {
      event.target.checked = false;
      tell(say.sayLimit);
    } else if (event.target.name === "seat") tell("");
    sum();
  });

  function tell(text) {
    const line = form.querySelector("[data-gone]");
    if (!line) return;
    line.textContent = text;
    line.hidden = !text;
  }

  // Seats in the basket are marked on the map, whichever way they came there.
  function mark() {
    const list = aside?.querySelector("[data-held]");
    held = new Set(list ? list.dataset.held.split(" ").filter(Boolean) : []);
    for (const input of map.querySelectorAll("input[name=seat]")) {
      const seat = input.parentNode;
      const mine = held.has(input.value);
      if (mine) Object.assign(input, { checked: false, disabled: true });
      if (mine !== seat.classList.contains("is-yours")) {
        seat.classList.toggle("is-yours", mine);
        const words = seat.closest(".seat-section").dataset;
        const name = input.getAttribute("aria-label");
        const state = mine ? say.sayYours : input.disabled ? words.taken : words.free;
        input.setAttribute("aria-label", name.slice(0, name.lastIndexOf(", ") + 2) + state);
      }
    }
    sum();
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target === aside) mark();
  });
  // What has just been held is no longer a choice.
  document.addEventListener("places-held", () => {
    for (const input of chosen()) input.checked = false;
    mark();
    const heading = aside.querySelector("h2");
    if (!heading) return;
    // The next thing to reach by keyboard is the way to the basket.
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    aside.scrollIntoView({ block: matchMedia("(min-width: 62rem)").matches ? "nearest" : "start" });
  });
  map.addEventListener("seatmap:drawn", mark);
  map.addEventListener("seatmap:lost", (event) => {
    tell(`${say.sayGone} ${event.detail.join("; ")}.`);
    sum();
  });

  sum();
})();

// The basket beside the map is fetched only by those who have one.
(() => {
  const aside = document.querySelector("[data-basket-aside]");
  if (aside && /(?:^|;\s*)basket=\d/.test(document.cookie)) {
    addEventListener("load", () => window.htmx?.trigger(aside, "basket"));
  }
})();
