// Part of both service workers: the answer to a page that cannot be loaded, and to a form whose answer is lost
// on its way. The server puts the page in front of this file (`organisation/offline.py`), so nothing has to be
// stored, and a changed page is a new worker.

const answerWith = (page) => new Response(page, { status: 503, headers: OFFLINE.headers });
const offlineResponse = () => answerWith(OFFLINE.page);
// It must not load its address, which it would do without scripts.
const sentResponse = () => answerWith(OFFLINE.page.replace(/<noscript>.*?<\/noscript>/, "").replace("<main ", '<main class="is-sent" '));

// Forms of other sites go past the worker: those that it sends could seem to be ours.
self.addEventListener("fetch", (event) => {
  const { mode, method, referrer } = event.request;
  if (mode === "navigate" && method === "POST" && referrer.startsWith(`${location.origin}/`)) event.respondWith(fetch(event.request).catch(sentResponse));
});
