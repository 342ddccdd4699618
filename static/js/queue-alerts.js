// Tells a visitor whose page is in the background that their turn is near or has come: by a sound or a
// notification, each only after it was switched on, and until this tab is closed. `queue.js` sends the
// events. The title of the page changes without this script.

(() => {
  const box = document.querySelector("[data-queue-alerts]");
  if (!box) return;
  const text = (name) => box.getAttribute(`data-text-${name}`);
  const note = box.querySelector("[data-alert-note]");
  const KEY = "queue-alerts", workers = navigator.serviceWorker;
  const on = { sound: false, notification: false };
  let audio;

  function remember() {
    try { sessionStorage.setItem(KEY, JSON.stringify(on)); } catch { /* Until the page is loaded again. */ }
  }

  function remembered() {
    try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  }

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

  async function register() {
    await workers.register(box.dataset.worker, { updateViaCache: "all" });
    return workers.ready;
  }

  async function notify(title) {
    const icon = document.querySelector("link[rel=apple-touch-icon]")?.href;
    const options = { body: text("show"), tag: "queue", renotify: true, icon, data: { url: location.href } };
    await (await register()).showNotification(title, options);
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
      if (allowed) await register();
      on.notification = allowed;
    },
  };

  // What was on before the page was loaded again. Browsers play a sound only after something was pressed.
  function restore() {
    const before = remembered();
    if (has.notification && before.notification) {
      on.notification = Notification.permission === "granted";
      show("notification");
    }
    if (!has.sound || !before.sound) return;
    audio = new AudioContext();
    const resume = async (event) => {
      if (event?.target.closest?.("[data-alert]")) return;
      await audio.resume();
      on.sound = true;
      show("sound");
      removeEventListener("pointerdown", resume);
    };
    if (audio.state === "running") resume();
    else addEventListener("pointerdown", resume);
  }

  box.addEventListener("click", async (event) => {
    const name = event.target.closest("[data-alert]")?.dataset.alert;
    if (!name) return;
    try { await switches[name](); } catch { on[name] = false; }
    show(name);
    remember();
  });

  function tell(event) {
    if (on.sound) try { play(); } catch { /* The title says it as well. */ }
    if (on.notification && document.hidden) notify(text(event.type.replace("queue-", ""))).catch(() => {});
  }
  document.addEventListener("queue-near", tell);
  document.addEventListener("queue-turn", tell);

  const has = { sound: window.AudioContext, notification: window.Notification && workers };
  for (const name of ["sound", "notification"]) box.querySelector(`[data-alert=${name}]`).hidden = !has[name];
  box.hidden = !has.sound && !has.notification;
  restore();
})();
