// Scans with the camera: [data-camera] holds a <video>, [data-start] and [data-stop]. Where the browser
// reads QR codes by itself (BarcodeDetector) it does; elsewhere small pictures go to data-read, and the
// server reads them, and while it cannot, [data-blind] says so in place of [data-ready]. What was read is
// put into form[data-scan] and sent, as if it had been typed.

(() => {
  const box = document.querySelector("[data-camera]");
  const form = document.querySelector("form[data-scan]");
  if (!box || !form || !navigator.mediaDevices?.getUserMedia) return;
  const [video, start, stop, trouble] = ["video", "[data-start]", "[data-stop]", "[data-camera-trouble]"].map(
    (name) => box.querySelector(name),
  );
  const PAUSE = 250; // Milliseconds between two looks; the server is asked half as often.
  const SAME = 4000; // For so long the same code is the same ticket held still.
  const SIDE = 800; // Pixels of the pictures that are sent.
  const PATIENCE = 5000; // Milliseconds that the server may take to read one.
  const blind = box.querySelector("[data-blind]");
  let stream = null;
  let busy = false; // While a scan is under way the next one would take its place in the form.
  let last = { text: "", at: 0 };

  async function detector() {
    if (!("BarcodeDetector" in window)) return null;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  }

  function picture() {
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = video.videoWidth * scale;
    canvas.height = video.videoHeight * scale;
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
  }

  // Says why nothing is read ("offline", "signed_out", "unanswered"), or null when all is well again.
  function tell(why) {
    const words = why ? blind.dataset[why] : "";
    if (blind.textContent !== words) blind.textContent = words;
    blind.hidden = !why;
    const ready = document.querySelector("[data-ready]");
    if (ready) ready.hidden = Boolean(why);
    if (why === "signed_out") doorQueue.noteSignedOut();
  }

  async function readThere() {
    const body = new FormData();
    body.append("picture", await picture(), "frame.jpg");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const options = { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch(box.dataset.read, options).catch(() => null);
    if (!stream) return null;
    if (!answer) return tell("offline");
    if (answer.type === "opaqueredirect" || answer.status === 401) return tell("signed_out");
    if (answer.status === 403) await doorQueue.renewToken().catch(() => null);
    const said = answer.ok ? await answer.json().catch(() => null) : null;
    if (!said || !("text" in said)) return tell("unanswered");
    tell(null);
    return said.text;
  }

  async function readHere(eye) {
    const [found] = await eye.detect(video);
    return found?.rawValue;
  }

  function send(text) {
    if (busy) return; // The camera still sees it in a moment.
    const now = Date.now();
    const again = text === last.text && now - last.at < SAME;
    last = { text, at: now };
    if (again) return;
    form.elements.text.value = text;
    form.requestSubmit();
  }

  async function look(eye) {
    if (!stream) return;
    try {
      const text = video.videoWidth ? await (eye ? readHere(eye) : readThere()) : null;
      if (text && stream) send(text);
    } catch {
      eye = null; // The browser has a detector that does not work: the server reads.
    }
    setTimeout(look, eye ? PAUSE : 2 * PAUSE, eye);
  }

  function show(on) {
    video.hidden = stop.hidden = !on;
    start.hidden = on;
  }

  start.addEventListener("click", async () => {
    trouble.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
    } catch {
      stream = null;
      trouble.hidden = false;
      return;
    }
    show(true);
    look(await detector());
  });

  stop.addEventListener("click", () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    tell(null);
    show(false);
    start.focus();
  });

  form.addEventListener("htmx:beforeRequest", () => { busy = true; });
  form.addEventListener("htmx:afterRequest", () => { busy = false; });
  box.hidden = false;
})();
