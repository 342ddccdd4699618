// Signals the result of a scan by sound and vibration, different for each tone of [data-answer], so that
// staff can look at the guest instead of the screen. Also clears the field for the next scan.

(() => {
  // Sequences of [hertz, seconds].
  const SOUNDS = {
    green: [[880, 0.09], [1320, 0.14]],
    amber: [[520, 0.16], [0, 0.08], [520, 0.16]],
    red: [[170, 0.55]],
  };
  const SHAKES = { green: [60], amber: [90, 80, 90], red: [450] };
  let audio = null;

  function sound(tone) {
    // Browsers allow sound only after the user has interacted with the page.
    if (!navigator.userActivation?.hasBeenActive || !window.AudioContext) return;
    audio ||= new AudioContext();
    let at = audio.currentTime;
    for (const [hertz, seconds] of SOUNDS[tone]) {
      if (hertz) {
        const voice = audio.createOscillator();
        const volume = audio.createGain();
        voice.frequency.value = hertz;
        voice.type = tone === "red" ? "square" : "sine";
        volume.gain.value = 0.3;
        voice.connect(volume).connect(audio.destination);
        voice.start(at);
        voice.stop(at + seconds);
      }
      at += seconds;
    }
  }

  function signal(root) {
    const answer = root.matches?.("[data-answer]") ? root : root.querySelector?.("[data-answer]");
    if (!answer || answer.signalled) return;
    answer.signalled = true;
    const { answer: tone } = answer.dataset;
    sound(tone);
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKES[tone]);
    // What was typed since is the next scan.
    if (field && field.value === sent) field.value = "";
    answer.scrollIntoView({ block: "nearest" });
  }

  const field = document.getElementById("text");
  let sent = field?.value; // The text that the answer is about.
  signal(document);
  field?.form.addEventListener("htmx:configRequest", () => { sent = field.value; });
  document.addEventListener("htmx:load", (event) => signal(event.target));
  document.addEventListener("door:answer", (event) => signal(event.target));
})();
