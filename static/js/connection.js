// Waits for the network where a browser would fail: what was pressed without a connection says so beside it,
// and goes on by itself once the server answers again. Nothing leads to the browser's error page.
//
// Links, plain forms and HTMX requests need nothing. Other scripts wrap their requests:
//
//   const response = await connection.retry((signal) => fetch(address, { signal }), { at: link });
//
// `at` is the control beside which to say it. The function may run several times, so it must be safe to
// repeat; it fails with what it throws, or with an AbortError once the customer has pressed "Cancel".
// `connection.contact()` notes that the server has just answered, which saves asking before the next link.
//
// Every request of HTMX bears an Idempotency-Key, the same when it is repeated. What it does happens once.

const connection = (() => {
  const SLOW = 4000, PATIENCE = 30000, FRESH = 2000, LONGEST_PAUSE = 15000, MOST = 6;
  const note = document.getElementById("connection-note");
  const notice = document.querySelector("template[data-request-error]");
  const messages = document.getElementById("messages");
  // Check-in has its own way to work offline.
  const isOn = note && !document.querySelector("[data-offline-title]");

  const waiting = new Map(); // By control: the function that resends what was pressed.
  const started = new WeakMap(); // By request: what it was caused by, and the timer until it is called slow.
  let heard = performance.getEntriesByType("navigation")[0]?.transferSize ? Date.now() : 0;
  const attempts = new WeakMap(); // By control.
  let queue = Promise.resolve(), question, asking, leaving, passing, shown;
  const workers = navigator.serviceWorker;
  // On the first page of a browser, until the service worker answers for the next ones.
  let alone = workers && !workers.controller;

  const pause = (time) => new Promise((resolve) => {
    setTimeout(resolve, time);
    addEventListener("online", resolve, { once: true });
  });
  const contact = () => { heard = Date.now(); };
  const isSure = () => !alone && navigator.onLine && Date.now() - heard < FRESH;

  // Whoever asks while a question is on its way gets its answer.
  function answers() {
    question ??= ask().finally(() => { question = null; });
    return question;
  }

  async function ask() {
    if (!navigator.onLine) return false;
    try {
      const response = await fetch(note.dataset.probe, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(8000) });
      if (response.status < 500) contact();
      return response.status < 500;
    } catch {
      return false;
    }
  }

  // One question at a time, at growing intervals, whatever waits for the answer.
  function back() {
    asking ??= (async () => {
      for (let time = 1000; !(await answers()); time = Math.min(1.6 * time, LONGEST_PAUSE)) await pause(time * (0.8 + 0.4 * Math.random()));
      asking = null;
    })();
    return asking;
  }

  // --- The note beside a control ---

  function show(control, text) {
    hide();
    shown = control;
    const line = Object.assign(document.createElement("p"), { textContent: note.dataset[text] });
    const cancel = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: note.dataset.cancel });
    cancel.addEventListener("click", () => {
      waiting.get(control)?.();
      finish(control);
      if (control.isConnected) control.focus();
    });
    note.append(line, ...(text === "offline" ? [cancel] : []));
    place();
  }

  function hide() {
    shown = null;
    note.replaceChildren();
  }

  // Below the control, or above it where there is no room; always within the window, and not on what has
  // the focus.
  function place() {
    if (!shown) return;
    const { left, top, bottom } = shown.getBoundingClientRect();
    const { width, height } = note.getBoundingClientRect();
    const below = bottom + 8, above = top - height - 8, y = below + height < innerHeight || above < 0 ? below : above;
    note.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
    const lowest = Math.max(8, innerHeight - height - 8), wanted = Math.max(8, Math.min(y, lowest));
    const focused = document.activeElement, box = focused.getBoundingClientRect();
    const isFree = (at) => focused === shown || note.contains(focused) || at + height <= box.top || at >= box.bottom;
    note.style.top = `${[wanted, 8, lowest].find(isFree) ?? lowest}px`;
  }

  function finish(control) {
    waiting.delete(control);
    control.removeAttribute("aria-busy");
    if (leaving === control) leaving = null;
    if (shown === control) hide();
  }

  // --- Waiting ---

  // Returns once the server answers: true, or false if the customer has cancelled or already waits here.
  async function wait(control) {
    if (waiting.has(control)) return false;
    return new Promise((resolve) => {
      waiting.set(control, () => resolve(false));
      control.setAttribute("aria-busy", "true");
      if (!navigator.onLine) show(control, "offline");
      const slow = setTimeout(() => waiting.has(control) && !shown && show(control, "slow"), SLOW);
      answers().then((known) => {
        if (!known && waiting.has(control)) show(control, "offline");
        return known || back();
      }).then(() => {
        clearTimeout(slow);
        finish(control);
        resolve(true);
      });
    });
  }

  async function retry(run, { at }) {
    if (!isOn) return run();
    for (let attempt = 1; ; attempt++) {
      const slow = setTimeout(() => show(at, "slow"), SLOW);
      try {
        const result = await run(AbortSignal.timeout?.(PATIENCE));
        contact();
        return result;
      } catch (error) {
        if (!["TypeError", "TimeoutError"].includes(error.name) || attempt === MOST) throw error;
      } finally {
        clearTimeout(slow);
        if (shown === at) hide();
      }
      if (!(await wait(at))) throw new DOMException("Cancelled", "AbortError");
    }
  }

  // --- Links and plain forms ---

  // The question is asked when the finger goes down, so that it is answered when the link is followed.
  addEventListener("pointerdown", ({ target }) => {
    if (isOn && !isSure() && target.closest?.("a[href]:not([data-section-link]), button:not([type=button])")) answers();
  });

  // Of several that lead away, only the last goes on.
  async function leave(control, go) {
    if (leaving && leaving !== control) {
      waiting.get(leaving)?.();
      finish(leaving);
    }
    leaving = control;
    if (await wait(control)) go();
  }

  const isHere = (url) => url.origin === location.origin;
  // The service worker of the ticket pages opens those that it keeps without a connection, too.
  async function isKept(url) {
    const page = await self.caches?.match(url.pathname, { cacheName: "tickets", ignoreVary: true }).catch(() => {});
    return page?.headers.get("X-Keep-Until") * 1000 > Date.now();
  }
  const isPart = (url) => url.hash && url.href.split("#")[0] === location.href.split("#")[0];

  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!isOn || !link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.getAttribute("href"), document.baseURI);
    const target = link.getAttribute("target");
    if (!isHere(url) || isPart(url) || (target && target !== "_self") || link.hasAttribute("download") || isSure()) return;
    event.preventDefault();
    const go = () => location.assign(url);
    isKept(url).then((kept) => (kept ? go() : leave(link, go)));
  });

  addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (!isOn || event.defaultPrevented || passing === form || form.target) return;
    const url = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action, document.baseURI);
    if (!isHere(url) || isSure()) return;
    event.preventDefault();
    leave(button ?? form, () => {
      passing = form;
      form.requestSubmit(button);
      passing = null;
    });
  });

  // --- HTMX ---

  function causeOf(event) {
    const cause = event.detail.requestConfig?.triggeringEvent;
    if (!isOn || !cause || !["submit", "click", "change", "input"].includes(cause.type)) return null;
    return { type: cause.type, target: cause.target, submitter: cause.submitter, control: cause.submitter ?? cause.target };
  }

  // The control, or what an answer has replaced it with since.
  function current(control) {
    if (!control || control.isConnected) return control;
    const names = ["id", "name", "value", "hx-post"].filter((name) => control.hasAttribute(name));
    return names.length ? document.querySelector(control.localName + names.map((name) => `[${name}="${CSS.escape(control.getAttribute(name))}"]`).join("")) : null;
  }

  // Repeats what was pressed, and returns once it is answered: an answer may change what is pressed next.
  function resend(cause) {
    const [target, submitter] = [cause.target, cause.submitter].map(current);
    if (!target) return null;
    const control = submitter ?? target;
    if (cause.control.dataset.requestKey) control.dataset.requestKey = cause.control.dataset.requestKey;
    const answered = new Promise((resolve) => {
      setTimeout(resolve, PATIENCE);
      document.addEventListener("htmx:afterRequest", () => setTimeout(resolve, 50), { once: true });
    });
    if (cause.type === "submit") target.requestSubmit(submitter);
    else if (cause.type === "click") target.click();
    else target.dispatchEvent(new Event(cause.type, { bubbles: true }));
    return answered;
  }

  function forget(control) {
    attempts.delete(control);
    delete control.dataset.requestKey;
  }

  async function resendOnceBack(cause) {
    const { control } = cause;
    const attempt = (attempts.get(control) ?? 0) + 1;
    if (attempt > MOST) return showNotice();
    attempts.set(control, attempt);
    if (!(await wait(control))) return forget(control);
    // The server answers, but not to this: ask it less and less often.
    if (attempt > 1) await pause(1000 * 2 ** attempt);
    queue = queue.then(() => resend(cause));
  }

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.timeout ||= PATIENCE;
    const { triggeringEvent: cause } = event.detail;
    const control = cause?.submitter ?? cause?.target;
    if (event.detail.verb === "get" || !control?.dataset) return;
    control.dataset.requestKey ||= Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join("");
    event.detail.headers["Idempotency-Key"] = control.dataset.requestKey;
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const cause = causeOf(event);
    if (!cause) return;
    if (waiting.has(cause.control)) return event.preventDefault();
    if (!navigator.onLine) {
      event.preventDefault();
      resendOnceBack(cause);
      return;
    }
    started.set(event.detail.xhr, { cause, timer: setTimeout(show, SLOW, cause.control, "slow") });
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { timer, cause } = started.get(event.detail.xhr) ?? {};
    clearTimeout(timer);
    if (cause && shown === cause.control) hide();
    const { status } = event.detail.xhr;
    if (status && ![502, 504].includes(status)) {
      if (cause) forget(cause.control);
      contact();
      if (status < 500) messages?.querySelector("[data-request-error-notice]")?.remove();
    }
  });

  function failed(event) {
    const { xhr, elt } = event.detail;
    if ((xhr.status && xhr.status < 500) || elt.matches("[data-offline-title], [hx-trigger*=every]")) return;
    const { cause } = started.get(xhr) ?? {};
    if (cause && [0, 502, 504].includes(xhr.status)) return resendOnceBack(cause);
    // Nothing was pressed: let requests that run only once repeat.
    htmx.trigger(elt, "again");
    showNotice();
  }

  function showNotice() {
    messages?.querySelector("[data-request-error-notice]")?.remove();
    messages?.append(notice.content.cloneNode(true));
    messages?.scrollIntoView({ block: "nearest" });
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, failed);

  // See site-worker.js. Once the page is there and nothing else is to be done, but without `timeout` never where
  // Chromium draws no frames.
  addEventListener("load", () => (self.requestIdleCallback ?? setTimeout)(() => {
    workers?.register(`/worker-${document.documentElement.lang}.js`, { updateViaCache: "all" })
      .then((it) => it && workers.ready).then(() => { alone = null; }).catch(() => {});
  }, { timeout: 2000 }));

  addEventListener("scroll", place);
  addEventListener("resize", place);
  addEventListener("focusin", ({ target }) => {
    place();
    if (!shown || note.contains(target)) return;
    // In a low window there may be no place for the note: then the page moves.
    const box = target.getBoundingClientRect(), { top, bottom, height } = note.getBoundingClientRect();
    if (box.bottom <= top || box.top >= bottom) return;
    const up = box.bottom + 16 + height - innerHeight, left = document.documentElement.scrollHeight - innerHeight - scrollY;
    scrollBy(0, up <= left ? up : box.top - height - 16);
    place();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    heard = 0;
    for (const control of [...waiting.keys()]) finish(control);
  });
  return { retry, contact };
})();
