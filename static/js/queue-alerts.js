// Tells a visitor whose page is in the background that their turn is near or has come: by a sound or a
// notification, each only after it was switched on. `queue.js` sends the events. The title of the page
// changes without this script.

(() => {
  const box = document.querySelector("[data-queue-alerts]");
  if (!box) return;
  const text = (name) => box.getAttribute(`data-text-${name}`);
  const note = box.querySelector("[data-alert-note]");
  const on = { sound: false, notification: false };
  let audio;

  function show(name) {
    const button = box.querySelector(`[data-alert=${name}]`);
    button.setAttribute("aria-pressed", on[name]);
    button.querySelector("[data-alert-state]").textContent = text(on[name] ? "on" : "off");
  }

  function play() {
    // Three rising tones, not a file.
    [523, 659, 784].forEach((frequency, index) => {
      const tone = audio.createOscillator(), volume = audio.createGain();
      const at = audio.currentTime + index * 0.22;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.25, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.2);
    });
  }

  async function notify(title) {
    const options = { body: text("show"), tag: "queue", renotify: true, icon: document.querySelector("link[rel=apple-touch-icon]")?.href };
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration) return registration.showNotification(title, { ...options, data: { url: location.href } });
    const shown = new Notification(title, options);
    shown.onclick = () => { window.focus(); shown.close(); };
  }

  const switches = {
    async sound() {
      on.sound = !on.sound;
      if (!on.sound) return;
      audio ??= new AudioContext();
      await audio.resume();
      play();
    },
    async notification() {
      const wanted = !on.notification;
      const allowed = wanted && (await Notification.requestPermission()) === "granted";
      note.textContent = wanted && !allowed ? text("refused") : "";
      on.notification = allowed;
    },
  };

  box.addEventListener("click", async (event) => {
    const name = event.target.closest("[data-alert]")?.dataset.alert;
    if (!name) return;
    try { await switches[name](); } catch { on[name] = false; }
    show(name);
  });

  function tell(event) {
    if (on.sound) try { play(); } catch { /* The title says it as well. */ }
    if (on.notification && document.hidden) notify(text(event.type.replace("queue-", ""))).catch(() => {});
  }
  document.addEventListener("queue-near", tell);
  document.addEventListener("queue-turn", tell);

  if (!window.AudioContext) box.querySelector("[data-alert=sound]").hidden = true;
  if (!window.Notification) box.querySelector("[data-alert=notification]").hidden = true;
  box.hidden = !window.AudioContext && !window.Notification;
})();
