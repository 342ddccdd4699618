// The page to join the queue on: whoever has a place already is led to it, and the form says how
// long the page was open before its button was pressed.

(() => {
  const form = document.querySelector("[data-queue-join]");
  if (!form) return;
  const began = performance.now();

  try {
    const kept = `queue-${form.dataset.queueJoin}`;
    // Only once, so that somebody whose place counts no more does not go round in circles.
    if (localStorage.getItem(kept) && !document.querySelector("[role=alert]")) {
      localStorage.removeItem(kept);
      location.replace(form.dataset.place);
    }
  } catch { /* A browser that keeps nothing: pressing the button leads to the place as well. */ }

  form.addEventListener("submit", () => {
    form.elements.waited.value = Math.round(performance.now() - began);
  });
})();
