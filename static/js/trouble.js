// Says so when HTMX could not reach us, or we could not answer: otherwise a button would seem dead.
// The words stand in the page, because when they are needed nothing can be asked for. What has been
// chosen or typed stays where it is.

(() => {
  const words = document.querySelector("[data-trouble]");
  const messages = document.getElementById("messages");
  if (!words || !messages) return;

  function tell(event) {
    const { xhr, elt } = event.detail;
    if (xhr.status !== 0 && xhr.status < 500) return;
    // The door answers by itself, and what is asked every few seconds is asked again anyway.
    if (elt.matches("[data-offline-title], [hx-trigger*=every]")) return;
    // What asks once, for the next step, is told to ask once more.
    htmx.trigger(elt, "again");
    clear();
    messages.append(words.content.cloneNode(true));
    messages.scrollIntoView({ block: "nearest" });
  }

  function clear() {
    messages.querySelector("[data-trouble-notice]")?.remove();
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, tell);
  }
  document.addEventListener("htmx:afterOnLoad", (event) => {
    // An answer that says no is one, too.
    if (event.detail.xhr.status < 500) clear();
  });
})();
