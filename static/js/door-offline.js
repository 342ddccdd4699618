// The door without a signal: form[data-scan] is answered from here when the server cannot be reached.
//
// A code is checked with the public key (data-key) alone: ours or forged, and for this performance or
// another. Whether it has been used, cancelled or reissued only the server knows, so a good one is
// amber, and waits in this browser until there is a signal again. Each scan has a name of its own;
// sent twice it lets in once. What the server then refuses is shown.

(() => {
  const form = document.querySelector("form[data-scan]");
  if (!form) return;
  const screen = document.getElementById("answer");
  const waiting = document.querySelector("[data-waiting]");
  const { key, performance } = form.dataset;
  const STORE = `door-waiting-${performance}`;
  const SIGNATURE = 64;
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let sending = false;

  const load = () => JSON.parse(localStorage.getItem(STORE) || "[]");

  function save(scans) {
    localStorage.setItem(STORE, JSON.stringify(scans));
    waiting.hidden = !scans.length;
    const words = waiting.querySelector("[data-waiting-words]");
    words.textContent = scans.length === 1 ? words.dataset.one : words.dataset.many.replace("{n}", scans.length);
  }

  const newName = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  const clean = (text) => text.replace(/\s/g, "").toUpperCase();

  function bytesOf(text) {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const letter of text) {
      const value = LETTERS.indexOf(letter);
      if (value < 0) return null;
      held = ((held << 5) | value) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((held >> bits) & 0xff);
      }
    }
    return bytes.length > SIGNATURE && bytes[0] === 1 ? Uint8Array.from(bytes) : null;
  }

  // The first number after the format: the performance. Small enough for a double.
  function performanceIn(bytes) {
    let number = 0;
    for (let place = 0; place < 7; place += 1) {
      number += (bytes[1 + place] & 0x7f) * 128 ** place;
      if (bytes[1 + place] < 0x80) return number;
    }
    return -1;
  }

  async function isOurs(bytes) {
    const jwk = { kty: "OKP", crv: "Ed25519", x: key };
    const known = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", known, bytes.slice(-SIGNATURE), bytes.slice(0, -SIGNATURE));
  }

  // Returns [tone, words, whether to keep it for later].
  async function judge(code) {
    const bytes = bytesOf(code);
    if (!bytes || !crypto.subtle) return ["amber", "away", false];
    let ours;
    try {
      ours = await isOurs(bytes);
    } catch {
      return ["amber", "away", false]; // A browser that does not know this signature.
    }
    if (!ours) return ["red", "forged", false];
    if (performanceIn(bytes) !== Number(performance)) return ["amber", "other", false];
    if (load().some((scan) => scan.text === code)) return ["red", "twice", false];
    return ["amber", "offline", true];
  }

  function show(tone, words) {
    const answer = document.querySelector(`template[data-tone=${tone}]`).content.cloneNode(true).firstElementChild;
    answer.querySelector("h2").textContent = form.dataset[`${words}Title`];
    const text = document.createElement("p");
    text.textContent = form.dataset[`${words}Text`];
    answer.querySelector("h2").after(text);
    screen.replaceChildren(answer);
    answer.dispatchEvent(new CustomEvent("door:answer", { bubbles: true }));
  }

  async function answerAlone(parameters) {
    const code = clean(parameters.text || "");
    const [tone, words, keep] = await judge(code);
    if (keep) save([...load(), { text: code, scan: parameters.scan }]);
    show(tone, words);
  }

  async function send(scan) {
    const body = new FormData(form);
    body.set("text", scan.text);
    body.set("scan", scan.scan);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  }

  async function sendWaiting() {
    if (sending || !load().length) return;
    sending = true;
    try {
      for (const scan of load()) {
        const page = new DOMParser().parseFromString(await send(scan), "text/html");
        save(load().filter((other) => other.scan !== scan.scan));
        const refused = page.querySelector("[data-answer]:not([data-answer=green])");
        if (refused) {
          screen.replaceChildren(document.adoptNode(refused));
          htmx.process(screen);
          refused.dispatchEvent(new CustomEvent("door:answer", { bubbles: true }));
        }
      }
    } catch {
      // Still no signal: they wait on.
    } finally {
      sending = false;
    }
  }

  form.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters.scan = newName();
  });
  for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    form.addEventListener(trouble, (event) => {
      const { status } = event.detail.xhr;
      const parameters = event.detail.requestConfig.parameters;
      if (status === 0 || status >= 500) answerAlone({ text: parameters.text, scan: parameters.scan });
    });
  }

  save(load());
  setInterval(sendWaiting, 5000);
  window.addEventListener("online", sendWaiting);
  sendWaiting();
})();
