// Part of both service workers: the answer to a page that cannot be loaded. The server puts the page in front
// of this file (`organisation/offline.py`), so nothing has to be stored, and a changed page is a new worker.

const offlineResponse = () => new Response(OFFLINE.page, { status: 503, headers: OFFLINE.headers });
