// Check-in without a connection: answers form[data-scan] on the device when the server can't be reached,
// the session has ended, or something else answers in its place.
//
// A code is only checked with the public keys (data-keys): genuine or not, and for this performance or
// another. Only the server knows whether it was used, cancelled or reissued, so a genuine code is shown
// in amber and waits in doorQueue (door-queue.js) until the server has recorded it.

(() => {
  const form = document.querySelector("form[data-scan]");
  if (!form) return;
  const screen = document.getElementById("answer");
  const { performance } = form.dataset;
  const keys = form.dataset.keys.split(" ").filter(Boolean);
  const SIGNATURE = 64;
  const AGAIN = "X-Repeated"; // The header of a request that is sent a second time.
  const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  const newScanId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  const clean = (text) => text.replace(/\s/g, "").toUpperCase();

  function bytesOf(text) {
    const bytes = [];
    let bits = 0;
    let buffer = 0;
    for (const character of text) {
      const value = BASE32.indexOf(character);
      if (value < 0) return null;
      buffer = ((buffer << 5) | value) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((buffer >> bits) & 0xff);
      }
    }
    return bytes.length > SIGNATURE && bytes[0] === 1 ? Uint8Array.from(bytes) : null;
  }

  // Returns the performance id: the first varint after the format byte.
  function performanceIn(bytes) {
    let number = 0;
    for (let place = 0; place < 7; place += 1) {
      number += (bytes[1 + place] & 0x7f) * 128 ** place;
      if (bytes[1 + place] < 0x80) return number;
    }
    return -1;
  }

  async function isGenuine(bytes) {
    for (const x of keys) {
      const jwk = { kty: "OKP", crv: "Ed25519", x };
      const known = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
      if (await crypto.subtle.verify("Ed25519", known, bytes.slice(-SIGNATURE), bytes.slice(0, -SIGNATURE))) return true;
    }
    return false;
  }

  // Returns whether the signature is valid, or null where the browser does not support Ed25519.
  async function checked(bytes) {
    if (!crypto.subtle) return null;
    return isGenuine(bytes).catch(() => null);
  }

  // Returns [tone, text key, whether to send it later].
  async function judge(code) {
    const bytes = bytesOf(code);
    if (!bytes) return ["amber", "away", false];
    const genuine = await checked(bytes);
    if (genuine === false) return ["red", "forged", false];
    if (performanceIn(bytes) !== Number(performance)) return ["amber", "other", false];
    if (doorQueue.has(performance, code)) return ["red", "twice", false];
    return ["amber", genuine ? "offline" : "unchecked", true];
  }

  function show(tone, words, why) {
    const answer = document.querySelector(`template[data-tone=${tone}]`).content.cloneNode(true).firstElementChild;
    answer.querySelector("h2").textContent = form.dataset[`${words}Title`] || form.dataset[`why_${why}`];
    const text = document.createElement("p");
    text.textContent = form.dataset[`${words}Text`];
    answer.querySelector("h2").after(text);
    screen.replaceChildren(answer);
    answer.dispatchEvent(new CustomEvent("door:answer", { bubbles: true }));
  }

  // `why` is offline, signed_out or unanswered.
  async function answerOffline(parameters, why) {
    const at = Date.now();
    const code = clean(parameters.text || "");
    const [tone, words, keep] = await judge(code);
    const { later: url, door } = form.dataset;
    if (keep) doorQueue.add({ scan: parameters.scan, text: code, url, door, performance, at }, why);
    if (why === "signed_out") doorQueue.noteSignedOut();
    show(tone, words, why);
  }

  function whyOf(xhr) {
    if (xhr.status === 0) return "offline";
    // A redirected request ends at another address than the one it was sent to.
    const elsewhere = !xhr.responseURL.endsWith(form.getAttribute("action")) || xhr.getResponseHeader("HX-Redirect");
    return xhr.status === 401 || elsewhere ? "signed_out" : "unanswered";
  }

  // Logging in again, perhaps in another tab, changes the CSRF token: ask again once, with the new one.
  async function checkAgain(parameters) {
    const failure = await doorQueue.renewToken().catch(() => "offline");
    if (failure) return answerOffline(parameters, failure === "signed_out" ? failure : "unanswered");
    const { text, scan } = parameters;
    htmx.ajax("POST", form.getAttribute("action"), { source: form, target: "#answer", values: { text, scan }, headers: { [AGAIN]: "1" } });
  }

  form.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.headers[AGAIN]) event.detail.parameters.scan = newScanId();
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    form.addEventListener(failure, (event) => answerOffline(event.detail.requestConfig.parameters, "offline"));
  }
  // Only a response that repeats the id of the scan counts.
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig.elt !== form || xhr.getResponseHeader("X-Scan") === requestConfig.parameters.scan) return;
    event.preventDefault();
    const { parameters } = requestConfig;
    if (xhr.status === 403 && !requestConfig.headers[AGAIN]) checkAgain(parameters);
    else answerOffline(parameters, whyOf(xhr));
  });
})();
