// Updates the visitor's place in the queue from the public queue status, and enters the sale when it is
// their turn. The server decides; this page only polls. In the background it does not enter, because the
// visitor's time would begin: it says so in the title and sends the event `queue-turn`, and before that
// `queue-near`, to `queue-alerts.js`.

(() => {
  const box = document.querySelector("[data-queue]");
  if (!box) return;
  const part = (name) => document.querySelector(`[data-${name}]`);
  const text = (name) => box.getAttribute(`data-text-${name}`);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  // Seconds between two polls. FULL: called, but the sale is full.
  const QUICKEST = 2, FULL = 5, SLOWEST = 20, LONGEST_AWAY = 60;
  const NEAR = 120, FEW = 10;
  // focus.js has put "Error:" before it.
  const error = document.querySelector("[data-error-summary]")?.dataset.errorSummary;
  const prefix = error ? `${error} ` : "";
  const title = document.title.slice(prefix.length).replace(/^[^:]*/, "");
  const clockAhead = Number(box.dataset.now) - Date.now() / 1000;
  const left = new Map(), told = new Set();
  let etag = "", own = Number(box.dataset.position), first = null, away = 0, timer = 0;

  try { localStorage.setItem(`queue-${box.dataset.performance}`, "1"); } catch { /* Storage is disabled; see queue-join.js. */ }

  function write(name, words) {
    const element = part(name);
    // Written only when it changes, because each change is read out.
    if (element && element.textContent !== words) element.textContent = words;
  }

  // Same calculation as waitingroom/lottery.py. Without WebCrypto (plain http) the page reloads instead.
  async function draw(seed, drawId, drawn) {
    const bytes = (value) => new TextEncoder().encode(value);
    const kind = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", bytes(seed), kind, false, ["sign"]);
    const digest = new DataView(await crypto.subtle.sign("HMAC", key, bytes(drawId)));
    return 1 + Number((digest.getBigUint64(0) * BigInt(Math.max(drawn, 1))) >> 64n);
  }

  async function findPlace(status, lane) {
    const drawId = box.dataset.drawId;
    if (!drawId) return lane.draw_size + Math.max(1, Number(box.dataset.number) - lane.draw_cutoff);
    if (own) return own;
    if (status.seed && window.crypto?.subtle) return draw(status.seed, drawId, lane.draw_size);
    return 0;
  }

  function waitingTimeText(ahead, lane, status) {
    if (status.state === "paused") return text("paused");
    if (!lane.pace) return text("unknown");
    const minutes = ahead / lane.pace;
    const from = Math.max(1, Math.round(minutes * 0.75));
    const to = Math.max(1, Math.round(minutes * 1.5 + 0.5));
    if (to <= 1) return text("minute");
    return text("minutes").replace("##", number.format(to)).replace("#", number.format(from));
  }

  function peopleAheadText(ahead) {
    if (ahead === 0) return text("next");
    // Round large numbers, which would change at every poll.
    const step = ahead <= 50 ? 1 : ahead <= 1000 ? 10 : 100;
    if (ahead === 1) return text("ahead-one");
    if (step === 1) return text("ahead").replace("#", number.format(ahead));
    return text("ahead-more").replace("#", number.format(Math.floor((ahead - 1) / step) * step));
  }

  function tell(name) {
    if (told.has(name)) return;
    told.add(name);
    document.dispatchEvent(new Event(`queue-${name}`));
  }

  function showRemaining(status) {
    const cells = document.querySelectorAll("[data-category-left]");
    const news = [];
    status.categories.forEach(([name, , now], row) => {
      const before = left.get(name) ?? Number(cells[row]?.dataset.categoryLeft ?? now);
      left.set(name, now);
      if (cells[row]) cells[row].textContent = now ? number.format(now) : text("none");
      if (before === now) return;
      cells[row]?.classList.add("is-changed");
      setTimeout(() => cells[row]?.classList.remove("is-changed"), 2000);
      const kind = now === 0 ? "gone" : before === 0 ? "back" : before > FEW && now <= FEW ? "few" : "";
      if (kind) news.push(text(kind).replace("#", cells[row]?.dataset.name ?? name));
    });
    if (news.length) write("category-news", news.join(" "));
  }

  async function show(status) {
    const message = part("message"), said = status.translations[document.documentElement.lang] || status.message;
    message.hidden = !said;
    if (message.textContent.trim() !== said) message.firstElementChild.textContent = said;
    showRemaining(status);
    const soldOut = status.sold_out, closed = status.state === "closed";
    part("wait").hidden = soldOut || closed;
    part("sold-out").hidden = !soldOut;
    part("closed").hidden = !closed || soldOut;
    if (soldOut || closed) return LONGEST_AWAY;
    if (status.state === "gathering") {
      // By the server's clock: poll rarely before the sale starts and right after it.
      const left = status.opens - Date.now() / 1000 - clockAhead;
      return Math.min(SLOWEST, Math.max(QUICKEST, left));
    }
    const lane = status.lanes[box.dataset.lane];
    own = lane ? await findPlace(status, lane) : 0;
    if (!own) return reload(lane);
    part("gathering").hidden = true;
    part("moving").hidden = false;
    write("position-shown", number.format(own));
    if (own <= lane.serving && status.state === "open") return enter();
    const ahead = Math.max(0, own - 1 - lane.serving);
    first ??= Math.max(1, ahead);
    part("bar").value = 100 * (1 - ahead / first);
    write("ahead", peopleAheadText(ahead));
    write("time", waitingTimeText(ahead, lane, status));
    part("oversold-warning").hidden = status.remaining === null || ahead <= status.remaining;
    document.title = `${prefix}${number.format(ahead)} · ${text("place")}${title}`;
    const seconds = lane.pace ? (60 * ahead) / lane.pace : SLOWEST;
    if (ahead === 0 || (lane.pace && seconds <= NEAR)) tell("near");
    return Math.min(status.poll_after, Math.max(QUICKEST, seconds / 20));
  }

  function reload(lane) {
    // Spread the reloads: at most about 500 a second.
    const seconds = Math.min(120, 2 + (lane ? lane.joined : 0) / 500);
    setTimeout(() => location.reload(), 1000 * seconds * Math.random());
    return 2 * seconds;
  }

  async function enter() {
    write("heading", text("your-turn"));
    write("time", "");
    part("bar").value = 100;
    const form = part("enter");
    form.hidden = false;
    document.title = `● ${text("your-turn")}${title}`;
    tell("turn");
    if (document.hidden) {
      write("ahead", text("kept"));
      return FULL;
    }
    if (!part("ahead").textContent.includes(text("full"))) write("ahead", text("turn"));
    const options = { method: "POST", headers: { Accept: "application/json" } };
    const response = await fetch(form.action, { ...options, signal: AbortSignal.timeout?.(10000) });
    if (!response.ok) throw new Error(response.status);
    const { to } = await response.json();
    if (to !== location.pathname) location.assign(to);
    else write("ahead", text("full"));
    return FULL;
  }

  async function poll() {
    let wait;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const options = { headers, credentials: "omit", signal: AbortSignal.timeout?.(10000) };
      const response = await fetch(box.dataset.statusUrl, options);
      if (response.status === 404) return location.reload();
      if (!response.ok && response.status !== 304) throw new Error(response.status);
      away = 0;
      write("connection", "");
      if (response.status !== 304) {
        etag = response.headers.get("ETag") || "";
        poll.last = await response.json();
      }
      wait = await show(poll.last);
    } catch {
      // Back off, so that a site with problems is not polled by everyone at once.
      away = Math.min(LONGEST_AWAY, Math.max(QUICKEST, away * 2));
      if (away > QUICKEST) write("connection", text("away"));
      wait = away;
    }
    timer = setTimeout(poll, 1000 * wait * (0.8 + 0.4 * Math.random()));
  }

  function pollSoon() {
    if (document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(poll, 200);
  }

  // The device was asleep or offline.
  document.addEventListener("visibilitychange", pollSoon);
  window.addEventListener("online", pollSoon);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  poll();
})();
