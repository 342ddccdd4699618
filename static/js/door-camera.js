// Scans with the camera: [data-camera] holds a <video>, [data-start] and [data-stop]. Where the browser
// reads QR codes by itself (BarcodeDetector) it does; elsewhere small pictures go to data-read, and the
// server reads them. What was read is put into form[data-scan] and sent, as if it had been typed.

(() => {
  const box = document.querySelector("[data-camera]");
  const form = document.querySelector("form[data-scan]");
  if (!box || !form || !navigator.mediaDevices?.getUserMedia) return;
  const [video, start, stop, trouble] = ["video", "[data-start]", "[data-stop]", "[data-trouble]"].map(
    (name) => box.querySelector(name),
  );
  const PAUSE = 250; // Milliseconds between two looks; the server is asked half as often.
  const SAME = 4000; // For so long the same code is the same ticket held still.
  const SIDE = 800; // Pixels of the pictures that are sent.
  let stream = null;
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

  async function readThere() {
    const body = new FormData();
    body.append("picture", await picture(), "frame.jpg");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(box.dataset.read, { method: "POST", body, headers: { "X-CSRFToken": token } });
    return answer.ok ? (await answer.json()).text : null;
  }

  async function readHere(eye) {
    const [found] = await eye.detect(video);
    return found?.rawValue;
  }

  function send(text) {
    const now = Date.now();
    const again = text === last.text && now - last.at < SAME;
    last = { text, at: now };
    if (again) return;
    form.elements.text.value = text;
    form.requestSubmit();
  }

  async function look(eye) {
    if (!stream) return;
    const text = video.videoWidth ? await (eye ? readHere(eye) : readThere()).catch(() => null) : null;
    if (text && stream) send(text);
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
    show(false);
    start.focus();
  });

  box.hidden = false;
})();
