// Keeps the focus where the customer is.
//
// When a page loads with errors, their summary gets it (<div data-error-summary="Error:">).
//
// When HTMX replaces or disables the control that has the focus, its successor gets it: the control with the
// same id, else the one in its place among those of its kind (the next line's "Remove"), else what is left of
// the part of the page it was in (the nearest ancestor with an id).

(() => {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    document.title = `${summary.dataset.errorSummary} ${document.title}`;
    summary.focus();
  }

  const controls = new WeakMap(); // By request: the control that had the focus when it started.

  function remember(event) {
    const control = document.activeElement;
    if (control === document.body) return;
    const { localName, name } = control;
    const kind = name ? `${localName}[name="${CSS.escape(name)}"]` : "";
    const places = [];
    for (let part = control.closest("[id]"); part; part = part.parentElement?.closest("[id]")) places.push(part.id);
    const index = kind ? [...document.querySelectorAll(kind)].indexOf(control) : -1;
    controls.set(event.detail.xhr, { control, kind, index, places });
  }

  function canHaveFocus(element) {
    return element?.isConnected && !element.disabled && element.getClientRects().length;
  }

  function successorOf({ control, kind, index, places }) {
    const peers = kind ? [...document.querySelectorAll(kind)].filter(canHaveFocus) : [];
    const parts = places.map((id) => document.getElementById(id));
    const found = [control, parts[0]?.localName === control.localName && parts[0], peers[Math.min(index, peers.length - 1)]].find(canHaveFocus);
    if (found) return found;
    const part = parts.find(canHaveFocus);
    if (part?.tabIndex < 0) part.tabIndex = -1;
    return part;
  }

  function restore(event) {
    const saved = controls.get(event.detail.xhr), active = document.activeElement;
    if (!saved || (active !== document.body && canHaveFocus(active))) return;
    // It is not what sent the request, and is still there: the customer has left it.
    const { control } = saved, { elt } = event.detail.requestConfig;
    if (canHaveFocus(control) && control.form !== elt && !elt.contains(control)) return;
    successorOf(saved)?.focus({ preventScroll: true });
  }

  document.addEventListener("htmx:beforeRequest", remember);
  document.addEventListener("htmx:afterSettle", restore);
  document.addEventListener("htmx:afterRequest", (event) => {
    // Nothing was swapped.
    setTimeout(restore, 30, event);
  });
})();
