// The requests to the server: the draft, new sections, numbers, the background.

export class Server {
  constructor(urls, token) {
    this.urls = urls;
    this.token = token;
    this.revision = 0;
  }

  async load() {
    const answer = await fetch(this.urls.document, { headers: { Accept: "application/json" } });
    const loaded = await answer.json();
    this.revision = loaded.revision;
    return loaded;
  }

  // Saves the document; returns { ok, status, data, bytes }.
  async save(document) {
    const packed = await compress(JSON.stringify(document));
    const answer = await this.send(`${this.urls.document}?revision=${this.revision}`, packed.body, {
      "Content-Type": packed.type,
    });
    if (answer.ok) this.revision = answer.data.revision;
    return { ...answer, bytes: packed.body.size ?? packed.body.length };
  }

  post(name, values) {
    return this.send(this.urls[name], values instanceof FormData ? values : new URLSearchParams(values));
  }

  ask(name, document, query = "") {
    const headers = { "Content-Type": "application/json" };
    return this.send(`${this.urls[name]}${query}`, JSON.stringify(document), headers);
  }

  async send(url, body, headers = {}) {
    try {
      const answer = await fetch(url, {
        method: "POST", body, headers: { "X-CSRFToken": this.token, ...headers },
      });
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      return { ok: answer.ok, status: answer.status, data: isJson ? await answer.json() : {} };
    } catch {
      return { ok: false, status: 0, data: {} };
    }
  }
}

async function compress(text) {
  if (!("CompressionStream" in window)) return { body: text, type: "application/json" };
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return { body: await new Response(stream).blob(), type: "application/gzip" };
}
