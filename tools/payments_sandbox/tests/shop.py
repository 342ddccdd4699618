"""A shop that uses the sandbox."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Shop:
    """A shop with one page. It records the webhooks that it is sent.

    It answers them with the statuses in `statuses`, then with 200.
    """

    def __init__(self):
        self.received, self.statuses = [], []
        self.lock = threading.Lock()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with shop.lock:
                    shop.received.append((dict(self.headers), body))
                    status = shop.statuses.pop(0) if shop.statuses else 200
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                body = b"<!doctype html><title>Shop</title><h1>The shop</h1>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhook"
