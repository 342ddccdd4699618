// Keeps scans that could not be sent on this device and sends them later. A scan is removed only when the
// server has confirmed, by the scan's id, that it was recorded. Any check-in page sends the scans of all
// performances. Scans that the server rejects are listed until staff remove them; they do not block others.
//
// Needs [data-door-queue] (templates/door/_queue.html) for its notices.
// doorQueue: add(scan, why), has(performance, text), noteSignedOut(), renewToken().

window.doorQueue = (() => {
  const box = document.querySelector("[data-door-queue]");
  const PREFIX = "door-scan:";
  const PAUSE = 5000; // Milliseconds between two attempts.
  const TIMEOUT = 10000; // Milliseconds for one response.
  const REFUSED = [400, 404, 409, 422];
  const unsaved = new Map(); // Scans that did not fit into storage; lost when this page is closed.
  let sending = false;
  let reason = "offline"; // Why scans wait: offline, signed_out, forbidden or unanswered.
  let signedOut = false;

  function saved() {
    const scans = [];
    try {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
        scans.push(parsed(localStorage.getItem(key)));
      }
    } catch {
      // Storage is disabled in this browser.
    }
    return scans.filter((scan) => scan?.scan && scan.text && scan.url);
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  function all() {
    const scans = new Map(saved().map((scan) => [scan.scan, scan]));
    for (const [name, scan] of unsaved) scans.set(name, scan);
    return [...scans.values()].sort((one, other) => one.at - other.at);
  }

  // One key for each scan, so that two pages can write at the same time.
  function put(scan) {
    try {
      localStorage.setItem(PREFIX + scan.scan, JSON.stringify(scan));
      unsaved.delete(scan.scan);
    } catch {
      unsaved.set(scan.scan, scan);
    }
  }

  function remove(name) {
    unsaved.delete(name);
    try {
      localStorage.removeItem(PREFIX + name);
    } catch {
      // Storage is disabled, so there is nothing to remove.
    }
    show();
  }

  function counted(element, count) {
    element.hidden = !count;
    const text = element.querySelector("[data-text]");
    text.textContent = count === 1 ? text.dataset.one : text.dataset.many.replace("{n}", count);
  }

  function show() {
    const scans = all();
    const waiting = scans.filter((scan) => !scan.refused);
    counted(box.querySelector("[data-waiting]"), waiting.length);
    const why = box.querySelector("[data-why]");
    const text = why.dataset[reason];
    if (why.textContent !== text) why.textContent = text;
    counted(box.querySelector("[data-unsaved]"), unsaved.size);
    box.querySelector("[data-signed-out]").hidden = !signedOut;
    showRefused(scans.filter((scan) => scan.refused));
  }

  function showRefused(scans) {
    const part = box.querySelector("[data-refused]");
    const list = part.querySelector("ul");
    part.hidden = !scans.length;
    const names = scans.map((scan) => scan.scan).join(" ");
    if (list.dataset.names === names) return; // Do not move the focus.
    list.dataset.names = names;
    list.replaceChildren(...scans.map(rowOf));
  }

  function rowOf(scan) {
    const row = box.querySelector("template").content.cloneNode(true).firstElementChild;
    const { title, text, label } = scan.refused;
    const at = new Date(scan.at).toLocaleTimeString(document.documentElement.lang);
    row.querySelector("[data-title]").textContent = title;
    row.querySelector("[data-text]").textContent = text;
    row.querySelector("[data-where]").textContent = [at, scan.door, label].filter(Boolean).join(" · ");
    row.querySelector("[data-remove]").addEventListener("click", () => remove(scan.scan));
    row.querySelector("[data-again]").addEventListener("click", () => {
      put({ ...scan, refused: undefined });
      show();
      sendAll();
    });
    return row;
  }

  const tokens = () => document.querySelectorAll("[name=csrfmiddlewaretoken]");

  // Logging in again, perhaps in another tab, changes the CSRF token.
  async function renewToken() {
    const options = { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) };
    const answer = await fetch(box.dataset.page, options);
    if (answer.type === "opaqueredirect") return "signed_out";
    if (!answer.ok) return "forbidden";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[data-door-queue] [name=csrfmiddlewaretoken]")?.value;
    if (!token) return "unanswered";
    for (const field of tokens()) field.value = token;
    return null;
  }

  function bodyOf(scan) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", tokens()[0].value);
    for (const name of ["text", "scan", "door"]) body.set(name, scan[name] || "");
    body.set("scanned_at", Math.round(scan.at));
    body.set("sent_at", Date.now());
    return body;
  }

  // Returns {outcome}: recorded, refused, signed_out, forbidden, failed or unanswered. Throws when offline.
  async function send(scan, again = false) {
    const options = { method: "POST", body: bodyOf(scan), redirect: "manual", headers: { Accept: "application/json" } };
    const answer = await fetch(scan.url, { ...options, signal: AbortSignal.timeout(TIMEOUT) });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { outcome: "signed_out" };
    const result = await answer.json().catch(() => null);
    if (answer.status === 403) {
      if (result?.outcome || again) return { outcome: "forbidden" };
      const failure = await renewToken();
      return failure ? { outcome: failure } : send(scan, true);
    }
    const named = result?.scan === scan.scan;
    if (named && answer.ok && result.outcome === "recorded") return result;
    if (named && result.outcome === "refused") return result;
    if (REFUSED.includes(answer.status)) {
      const { refusedTitle, refusedText } = box.dataset;
      return { outcome: "refused", title: refusedTitle, text: `${refusedText} (${answer.status})`, label: "" };
    }
    return { outcome: answer.status === 500 ? "failed" : "unanswered" };
  }

  // Returns whether to send the next one.
  function settle(scan, answer) {
    signedOut = answer.outcome === "signed_out";
    if (answer.outcome === "recorded") {
      remove(scan.scan);
    } else if (answer.outcome === "refused") {
      const { title, text, label } = answer;
      put({ ...scan, refused: { title, text, label } });
    } else {
      reason = answer.outcome === "failed" ? "unanswered" : answer.outcome;
    }
    show();
    return ["recorded", "refused", "failed"].includes(answer.outcome);
  }

  async function sendAll() {
    if (sending) return;
    sending = true;
    for (const scan of [...unsaved.values()]) put(scan); // There may be space again.
    try {
      for (const scan of all().filter((one) => !one.refused)) {
        if (!settle(scan, await send(scan))) break;
      }
    } catch {
      reason = "offline"; // Try again in the next round.
    } finally {
      sending = false;
      show();
    }
  }

  function add(scan, why) {
    put(scan);
    reason = why;
    show();
  }

  function note(out) {
    if (signedOut === out) return;
    signedOut = out;
    show();
    if (!out) sendAll();
  }

  function has(performance, text) {
    return all().some((scan) => scan.performance === performance && scan.text === text);
  }

  if (!box) return null;
  // Other parts of the page poll every few seconds and notice a logout first.
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = event.detail;
    const ours = xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith(box.dataset.door);
    if (xhr.status === 401) note(true);
    else if (ours && xhr.status === 200 && !xhr.getResponseHeader("HX-Redirect")) note(false);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
  });
  window.addEventListener("storage", show);
  window.addEventListener("online", sendAll);
  setInterval(sendAll, PAUSE);
  show();
  sendAll();
  return { add, has, noteSignedOut: () => note(true), renewToken };
})();
