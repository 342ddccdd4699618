// Service worker of the queue pages. Browsers on phones show notifications only through one. It answers no
// requests.

self.addEventListener("install", () => self.skipWaiting());

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
