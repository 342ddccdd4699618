// Service worker of the ticket pages: asks the network first, and shows the page that it keeps where there
// is no connection, or a poor one. Responses say in their headers until when they may be kept, and whose
// they are. What is not kept is answered by a page that waits for the network. Everything is dropped when the customer logs out, which leads by `logged-out/`, an address that
// only this worker acts on; and what somebody else kept, when another customer's page is opened.

const CACHE = "tickets";
const PATIENCE = 4000; // Milliseconds to wait for the network where a page is kept.
const BASE = new URL(self.registration.scope).pathname;
const LOGGED_OUT = `${BASE}logged-out/`;
const ASSETS = /<(?:link rel="(?:stylesheet|icon|apple-touch-icon)"|script|img)[^>]*? (?:href|src)="([^"]+)"/g;

const pending = new Map(); // Path of a page that is being stored: the promise.
let logOuts = 0;

const isPage = (path) => path !== LOGGED_OUT && /^([\w-]+\/)?$/.test(path.slice(BASE.length));
const isPageUrl = (url) => new URL(url).pathname.startsWith(BASE);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), sweep()])));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === LOGGED_OUT) {
    event.respondWith(drop().then(() => fetch(request)).catch(offlineResponse));
  } else if (request.mode === "navigate" && isPage(pathname)) {
    event.respondWith(show(event, pathname));
  } else if (request.mode !== "navigate" && !pathname.startsWith(BASE)) {
    event.respondWith(keptAsset(request));
  }
});

// A page that was opened before this worker existed asks to be kept, and whether it is.
self.addEventListener("message", (event) => {
  const { path, isNew } = event.data;
  if (!isPage(path)) return;
  event.waitUntil((async () => {
    if (isNew) await store(path, fetch(path)).catch(() => {});
    await pending.get(path)?.catch(() => {});
    await sweep();
    event.source.postMessage({ isKept: Boolean(await kept(path)) });
  })());
});

async function show(event, path) {
  const before = await kept(path);
  const network = fetch(event.request);
  event.waitUntil(store(path, network.then((response) => response.clone())).catch(() => {}));
  if (!before) return network.catch(async () => (await kept(BASE)) ?? offlineResponse());
  const late = new Promise((done) => setTimeout(done, PATIENCE, null));
  const response = await Promise.race([network.catch(() => null), late]);
  return response && response.status < 500 ? response : before;
}

function store(path, coming) {
  const logOutsBefore = logOuts;
  const stored = (async () => {
    const response = await coming;
    if (response.status >= 500) return;
    const cache = await caches.open(CACHE);
    if (!response.ok || !response.headers.has("X-Keep-Until")) {
      await cache.delete(path);
      return;
    }
    const text = (await response.text()).replace("<html ", "<html data-kept ");
    const headers = new Headers(response.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    if (logOuts !== logOutsBefore) return;
    await dropOthers(cache, headers.get("X-Ticket-Owner"));
    await cache.put(path, new Response(text, { headers }));
    await Promise.allSettled([...text.matchAll(ASSETS)].map(([, address]) => cache.add(address)));
  })();
  pending.set(path, stored);
  stored.catch(() => {}).then(() => { if (pending.get(path) === stored) pending.delete(path); });
  return stored;
}

async function kept(path) {
  const cache = await caches.open(CACHE);
  const response = await cache.match(path, { ignoreVary: true });
  if (!response || Number(response.headers.get("X-Keep-Until")) * 1000 > Date.now()) return response;
  await cache.delete(path);
  return undefined;
}

async function keptAsset(request) {
  const found = await caches.match(request.url, { cacheName: CACHE, ignoreVary: true });
  return found ?? fetch(request);
}

async function dropOthers(cache, owner) {
  for (const { url } of await cache.keys()) {
    const response = isPageUrl(url) && await cache.match(url, { ignoreVary: true });
    if (response && response.headers.get("X-Ticket-Owner") !== owner) await cache.delete(url);
  }
}

// Drop the pages of past performances, and their style sheets with the last of them.
async function sweep() {
  const cache = await caches.open(CACHE);
  const pages = (await cache.keys()).map(({ url }) => url).filter(isPageUrl);
  const left = await Promise.all(pages.map((url) => kept(new URL(url).pathname)));
  if (!left.some(Boolean)) await caches.delete(CACHE);
}

async function drop() {
  logOuts += 1;
  await caches.delete(CACHE);
}
