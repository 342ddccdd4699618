// Service worker of the site. Where a page cannot be loaded, it answers with one that waits for the network
// instead of the browser's error page. It keeps no page. It also shows the notifications of the queue page,
// which browsers on phones show only through a worker.

self.addEventListener("install", (event) => {
  self.skipWaiting();
  // Where browsers can, they load everything but pages as if there were no worker.
  const others = { condition: { not: { requestMode: "navigate" } }, source: "network" };
  event.waitUntil(Promise.resolve(event.addRoutes?.(others)).catch(() => {}));
});

// Pages are requested while the worker starts, not after it.
self.addEventListener("activate", (event) => event.waitUntil(self.registration.navigationPreload?.enable()));

self.addEventListener("fetch", (event) => {
  const { mode, method } = event.request;
  if (mode === "navigate" && method === "GET") event.respondWith(load(event).catch(offlineResponse));
});

async function load(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

// Pressing the notification returns to the page in the queue.
self.addEventListener("notificationclick", (event) => {
  const { url } = event.notification.data;
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages.find((one) => one.url === url);
    return page ? page.focus() : self.clients.openWindow(url);
  })());
});
