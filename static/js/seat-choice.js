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

  // The state of a seat is the last word of its name.
  function rename(input, state) {
    const name = input.getAttribute("aria-label");
    input.setAttribute("aria-label", name.slice(0, name.lastIndexOf(", ") + 2) + state);
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
        rename(input, mine ? say.sayYours : input.disabled ? words.taken : words.free);
      }
    }
    sum();
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
  }

  // Seats that we have just been told are gone need not wait for the next look at what is free.
  function lose() {
    const list = document.querySelector("#answer [data-lost]");
    for (const id of list ? list.dataset.lost.split(" ").filter(Boolean) : []) {
      const input = map.querySelector(`input[value="${id}"]`);
      if (!input || input.disabled) continue;
      Object.assign(input, { checked: false, disabled: true });
      input.parentNode.classList.add("is-gone");
      rename(input, input.closest(".seat-section").dataset.taken);
    }
    sum();
    map.dispatchEvent(new CustomEvent("seatmap:changed"));
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target === aside) mark();
    if (event.target.id === "answer" || event.target === aside) lose();
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
