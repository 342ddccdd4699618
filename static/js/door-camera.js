// Scans with the camera: [data-camera] contains a <video>, [data-start] and [data-stop]. The browser
// reads the codes (BarcodeDetector); where it can't, small pictures are sent to data-read. While the
// server can't be reached, [data-camera-notice] replaces [data-ready]. The code that was read is put
// into form[data-scan], which is then submitted.

(() => {
  const box = document.querySelector("[data-camera]");
  const form = document.querySelector("form[data-scan]");
  if (!box || !form || !navigator.mediaDevices?.getUserMedia) return;
  const [video, start, stop, cameraError] = ["video", "[data-start]", "[data-stop]", "[data-camera-error]"].map(
    (name) => box.querySelector(name),
  );
  const PAUSE = 250; // Milliseconds between two frames; twice as long when the server reads them.
  const SAME = 4000; // Milliseconds within which the same code counts as the same ticket.
  const SIDE = 800; // Longest side in pixels of the pictures that are sent.
  const TIMEOUT = 5000; // Milliseconds for the server to read one.
  const notice = box.querySelector("[data-camera-notice]");
  let stream = null;
  let busy = false; // A scan is being sent; the next one would overwrite it in the form.
  let last = { text: "", at: 0 };

  async function createDetector() {
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

  // Shows why codes can't be read: "offline", "signed_out" or "unanswered"; null hides the notice.
  function showNotice(why) {
    const words = why ? notice.dataset[why] : "";
    if (notice.textContent !== words) notice.textContent = words;
    notice.hidden = !why;
    const ready = document.querySelector("[data-ready]");
    if (ready) ready.hidden = Boolean(why);
    if (why === "signed_out") doorQueue.noteSignedOut();
  }

  async function readOnServer() {
    const body = new FormData();
    body.append("picture", await picture(), "frame.jpg");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const options = { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) };
    const answer = await fetch(box.dataset.read, options).catch(() => null);
    if (!stream) return null;
    if (!answer) return showNotice("offline");
    if (answer.type === "opaqueredirect" || answer.status === 401) return showNotice("signed_out");
    if (answer.status === 403) await doorQueue.renewToken().catch(() => null);
    const result = answer.ok ? await answer.json().catch(() => null) : null;
    if (!result || !("text" in result)) return showNotice("unanswered");
    showNotice(null);
    return result.text;
  }

  async function readInBrowser(detector) {
    const [found] = await detector.detect(video);
    return found?.rawValue;
  }

  function send(text) {
    if (busy) return; // The next frame shows it again.
    const now = Date.now();
    const again = text === last.text && now - last.at < SAME;
    last = { text, at: now };
    if (again) return;
    form.elements.text.value = text;
    form.requestSubmit();
  }

  async function readFrame(detector) {
    if (!stream) return;
    try {
      const text = video.videoWidth ? await (detector ? readInBrowser(detector) : readOnServer()) : null;
      if (text && stream) send(text);
    } catch {
      detector = null; // The browser has a detector that does not work: the server reads.
    }
    setTimeout(readFrame, detector ? PAUSE : 2 * PAUSE, detector);
  }

  function show(on) {
    video.hidden = stop.hidden = !on;
    start.hidden = on;
  }

  start.addEventListener("click", async () => {
    cameraError.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
    } catch {
      stream = null;
      cameraError.hidden = false;
      return;
    }
    show(true);
    readFrame(await createDetector());
  });

  stop.addEventListener("click", () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    showNotice(null);
    show(false);
    start.focus();
  });

  form.addEventListener("htmx:beforeRequest", () => { busy = true; });
  form.addEventListener("htmx:afterRequest", () => { busy = false; });
  box.hidden = false;
})();
