"""A real HTTP server on this machine that receives webhooks."""

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from api.models import Endpoint, EventType
from shows.tests.factories import make_user


class Receiver:
    """Stores the requests. `answers` are statuses for the next requests, afterwards 200."""

    def __init__(self, server):
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        self.requests = []
        self.answers = []
        self.headers = {}
        self.body = b"thank you"
        self.meanwhile = lambda: None  # Called before the response.

    @property
    def received(self):
        return [json.loads(body) for _headers, body in self.requests]

    @property
    def types(self):
        return [told["type"] for told in self.received]

    @property
    def ids(self):
        return [headers["webhook-id"] for headers, _body in self.requests]


@contextmanager
def receiver():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.requests.append((dict(self.headers), body))
            here.meanwhile()
            self.send_response(here.answers.pop(0) if here.answers else 200)
            for name, value in here.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(here.body)

        def do_GET(self):
            here.requests.append((dict(self.headers), b'{"type": "redirected"}'))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            pass

        def handle(self):
            with suppress(OSError):  # The client may have disconnected.
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Receiver(server)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_endpoint(url="https://example.org/hook", *, events=EventType.values, **fields):
    """Create an endpoint in the database, whatever its address."""
    owner = fields.pop("owner", None) or make_user(is_staff=True)
    return Endpoint.objects.create(
        name="Ledger", url=url, events=list(events), owner=owner, **fields
    )
