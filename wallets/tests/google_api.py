"""A server on this machine that answers as Google's token service and Wallet API."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt

from . import authority
from .conftest import ACCOUNT


@dataclass
class GoogleApi:
    url: str = ""
    # Every request that got through: method, path, content.
    requests: list = field(default_factory=list)
    # Classes and objects by their paths, as they are stored.
    stored: dict = field(default_factory=dict)
    is_down: bool = False
    # Paths of what is refused as invalid.
    refused: set = field(default_factory=set)
    save_uri: str = "https://pay.google.com/gp/v/save/abc"


@contextmanager
def google_api():
    api = GoogleApi()
    handler = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield api
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.api.is_down:
            return self._send(503)
        if self.path == "/token":
            return self._token(parse_qs(body.decode()))
        return self._insert(json.loads(body)["jwt"])

    def do_PATCH(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        return self._send(503) if self.api.is_down else self._store("PATCH", json.loads(body))

    def _token(self, form):
        key = authority.issue("Google").key.public_key()
        audience = f"{self.api.url}/token"
        claims = jwt.decode(form["assertion"][0], key, algorithms=["RS256"], audience=audience)
        assert claims["iss"] == ACCOUNT and claims["exp"] - claims["iat"] <= 3600
        assert claims["scope"].endswith("wallet_object.issuer")
        self._send(200, {"access_token": "access", "token_type": "Bearer"})

    def _insert(self, save_jwt):
        """Store what the JWT has, if the key of the service account signed it."""
        if self.headers["Authorization"] != "Bearer access":
            return self._send(401)
        key = authority.issue("Google").key.public_key()
        claims = jwt.decode(save_jwt, key, algorithms=["RS256"], audience="google")
        self.api.requests.append(("POST", "jwt", claims))
        payload = claims["payload"]
        for kind in ("eventTicketClass", "eventTicketObject"):
            plural = "eventTicketClasses" if kind.endswith("Class") else f"{kind}s"
            for one in payload[plural]:
                self.api.stored.setdefault(f"{kind}/{one['id']}", one)
        return self._send(200, {"saveUri": self.api.save_uri, "resources": payload})

    def _store(self, method, content):
        if self.headers["Authorization"] != "Bearer access":
            return self._send(401)
        path = self.path.removeprefix("/v1/")
        self.api.requests.append((method, path, content))
        if path in self.api.refused:
            return self._send(400)
        if path not in self.api.stored:
            return self._send(404)
        kept = self.api.stored[path]
        kept |= content
        for name in [name for name, value in kept.items() if value is None]:
            del kept[name]
        return self._send(200, kept)

    def _send(self, status, content=None):
        body = json.dumps(content or {}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass
