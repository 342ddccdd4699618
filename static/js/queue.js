// One's own place in the queue: compares it with the mark that is the same for everybody, says how
// it moves on, and goes in when it is time. The server decides; this only looks.

(() => {
  const box = document.querySelector("[data-queue]");
  if (!box) return;
  const part = (name) => document.querySelector(`[data-${name}]`);
  const say = (name) => box.getAttribute(`data-say-${name}`);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  // Seconds between two looks. FULL: called, but nobody has come out yet.
  const QUICKEST = 2, FULL = 5, SLOWEST = 20, LONGEST_AWAY = 60;
  const clockAhead = Number(box.dataset.now) - Date.now() / 1000;
  let etag = "", own = Number(box.dataset.position), first = null, away = 0, timer = 0;

  try { localStorage.setItem(`queue-${box.dataset.performance}`, "1"); } catch { /* See queue-join. */ }

  function write(name, text) {
    const element = part(name);
    // Written only when it changes: each change is read out.
    if (element && element.textContent !== text) element.textContent = text;
  }

  // As `lottery.position` on the server does. Without WebCrypto (plain http) the server is asked.
  async function draw(seed, drawId, drawn) {
    const bytes = (text) => new TextEncoder().encode(text);
    const kind = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", bytes(seed), kind, false, ["sign"]);
    const digest = new DataView(await crypto.subtle.sign("HMAC", key, bytes(drawId)));
    return 1 + Number((digest.getBigUint64(0) * BigInt(Math.max(drawn, 1))) >> 64n);
  }

  async function findPlace(mark, lane) {
    const drawId = box.dataset.drawId;
    if (!drawId) return lane.draw_size + Math.max(1, Number(box.dataset.number) - lane.draw_cutoff);
    if (own) return own;
    if (mark.seed && window.crypto?.subtle) return draw(mark.seed, drawId, lane.draw_size);
    return 0;
  }

  function wordsForTime(ahead, lane, mark) {
    if (mark.state === "paused") return say("paused");
    if (!lane.pace) return say("unknown");
    const minutes = ahead / lane.pace;
    const from = Math.max(1, Math.round(minutes * 0.75));
    const to = Math.max(1, Math.round(minutes * 1.5 + 0.5));
    if (to <= 1) return say("minute");
    return say("minutes").replace("##", number.format(to)).replace("#", number.format(from));
  }

  function wordsForAhead(ahead) {
    if (ahead === 0) return say("next");
    // Far away, every single step would only be noise.
    const step = ahead <= 50 ? 1 : ahead <= 1000 ? 10 : 100;
    if (ahead === 1) return say("ahead-one");
    if (step === 1) return say("ahead").replace("#", number.format(ahead));
    return say("ahead-more").replace("#", number.format(Math.floor((ahead - 1) / step) * step));
  }

  function showLeft(mark) {
    const cells = document.querySelectorAll("[data-category-left]");
    mark.categories.forEach(([, , left], row) => {
      if (cells[row]) cells[row].textContent = left ? String(left) : say("none");
    });
  }

  async function show(mark) {
    const message = part("message");
    message.hidden = !mark.message;
    if (message.textContent.trim() !== mark.message) message.firstElementChild.textContent = mark.message;
    showLeft(mark);
    const over = mark.sold_out, closed = mark.state === "closed";
    part("wait").hidden = over || closed;
    part("over").hidden = !over;
    part("closed").hidden = !closed || over;
    if (over || closed) return LONGEST_AWAY;
    if (mark.state === "gathering") {
      // By the server's clock; the next look is then just after the opening, not often before.
      const left = mark.opens - Date.now() / 1000 - clockAhead;
      return Math.min(SLOWEST, Math.max(QUICKEST, left));
    }
    const lane = mark.lanes[box.dataset.lane];
    own = lane ? await findPlace(mark, lane) : 0;
    if (!own) return reload(lane);
    part("gathering").hidden = true;
    part("moving").hidden = false;
    write("own", number.format(own));
    if (own <= lane.serving && mark.state === "open") return enter();
    const ahead = Math.max(0, own - 1 - lane.serving);
    first ??= Math.max(1, ahead);
    part("bar").value = 100 * (1 - ahead / first);
    write("ahead", wordsForAhead(ahead));
    write("time", wordsForTime(ahead, lane, mark));
    part("doubt").hidden = mark.remaining === null || ahead <= mark.remaining;
    document.title = `${number.format(ahead)} · ${document.title.replace(/^[\d.,\s]+ · /, "")}`;
    const seconds = lane.pace ? (60 * ahead) / lane.pace : SLOWEST;
    return Math.min(mark.poll_after, Math.max(QUICKEST, seconds / 20));
  }

  function reload(lane) {
    // Not everybody in the same instant: so many at most in a second.
    const seconds = Math.min(120, 2 + (lane ? lane.joined : 0) / 500);
    setTimeout(() => location.reload(), 1000 * seconds * Math.random());
    return 2 * seconds;
  }

  async function enter() {
    write("heading", say("your-turn"));
    write("time", "");
    part("bar").value = 100;
    const form = part("enter");
    form.hidden = false;
    if (!part("ahead").textContent.includes(say("full"))) write("ahead", say("turn"));
    const options = { method: "POST", headers: { Accept: "application/json" } };
    const response = await fetch(form.action, { ...options, signal: AbortSignal.timeout?.(10000) });
    if (!response.ok) throw new Error(response.status);
    const { to } = await response.json();
    if (to !== location.pathname) location.assign(to);
    else write("ahead", say("full"));
    return FULL;
  }

  async function look() {
    let wait;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const options = { headers, credentials: "omit", signal: AbortSignal.timeout?.(10000) };
      const response = await fetch(box.dataset.statusUrl, options);
      if (response.status === 404) return location.reload();
      if (!response.ok && response.status !== 304) throw new Error(response.status);
      away = 0;
      write("away", "");
      if (response.status !== 304) {
        etag = response.headers.get("ETag") || "";
        look.last = await response.json();
      }
      wait = await show(look.last);
    } catch {
      // Twice as long each time, so that a site in trouble is not asked by everybody at once.
      away = Math.min(LONGEST_AWAY, Math.max(QUICKEST, away * 2));
      if (away > QUICKEST) write("away", say("away"));
      wait = away;
    }
    timer = setTimeout(look, 1000 * wait * (0.8 + 0.4 * Math.random()));
  }

  function lookNow() {
    if (document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(look, 200);
  }

  // A laptop that was asleep, a phone that comes out of a tunnel.
  document.addEventListener("visibilitychange", lookNow);
  window.addEventListener("online", lookNow);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  look();
})();
