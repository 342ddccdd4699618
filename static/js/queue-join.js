// The page for joining a queue: forwards visitors who already have a place, and submits how long the page
// was open before the button was pressed.

(() => {
  const form = document.querySelector("[data-queue-join]");
  if (!form) return;
  const began = performance.now();

  try {
    const key = `queue-${form.dataset.queueJoin}`;
    // Only once, to avoid a loop when the place is no longer valid.
    if (localStorage.getItem(key) && !document.querySelector("[role=alert]")) {
      localStorage.removeItem(key);
      location.replace(form.dataset.place);
    }
  } catch { /* Storage is disabled; the button leads to the same page. */ }

  form.addEventListener("submit", () => {
    form.elements.waited.value = Math.round(performance.now() - began);
  });
})();
