// Shows a notice when an HTMX request fails, so that buttons do not seem dead. The notice is a <template>
// in the page, because nothing can be fetched at that moment. Selections and input are kept.

(() => {
  const notice = document.querySelector("[data-request-error]");
  const messages = document.getElementById("messages");
  if (!notice || !messages) return;

  function showNotice(event) {
    const { xhr, elt } = event.detail;
    if (xhr.status !== 0 && xhr.status < 500) return;
    // Check-in shows its own notice, and polling repeats by itself.
    if (elt.matches("[data-offline-title], [hx-trigger*=every]")) return;
    // Let requests that run only once repeat.
    htmx.trigger(elt, "again");
    clear();
    messages.append(notice.content.cloneNode(true));
    messages.scrollIntoView({ block: "nearest" });
  }

  function clear() {
    messages.querySelector("[data-request-error-notice]")?.remove();
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, showNotice);
  }
  document.addEventListener("htmx:afterOnLoad", (event) => {
    // Client errors are responses, too.
    if (event.detail.xhr.status < 500) clear();
  });
})();
