"""A small HTTP client: one kept-alive connection, one cookie jar, as little work as possible.

The load generator shares the machine with what it measures, so every cycle here is missing there.
"""

import re
import socket
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

COOKIE = re.compile(rb"(?im)^set-cookie: ([^=]+)=([^;\r]*)")
LENGTH = re.compile(rb"(?im)^content-length: (\d+)")
LOCATION = re.compile(rb"(?im)^location: (\S+)")


@dataclass
class Answer:
    status: int
    location: str
    body: bytes


class Browser:
    """One customer's browser. `get` and `post` do not follow redirects."""

    def __init__(self, address):
        self.host, self.port = address
        self.socket = None
        self.forget()

    def forget(self):
        """Become somebody new: no cookies."""
        self.cookies = {}

    def get(self, path):
        return self._send("GET", path, b"")

    def post(self, path, fields):
        return self._send("POST", path, urlencode(fields, doseq=True).encode())

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def _send(self, method, path, body):
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "Sec-Fetch-Site: same-origin",
        ]
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if method == "POST":
            head.append("Content-Type: application/x-www-form-urlencoded")
            head.append(f"Content-Length: {len(body)}")
        request = "\r\n".join(head).encode() + b"\r\n\r\n" + body
        try:
            return self._exchange(request)
        except (ConnectionError, EOFError):
            # The server closes idle connections; nothing was answered, so nothing was done twice
            # that may not be done twice.
            self.close()
            return self._exchange(request)

    def _exchange(self, request):
        if self.socket is None:
            self.socket = socket.create_connection((self.host, self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        data = self._read()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._read()
        head, body = data[: end + 2], data[end + 4 :]
        status = int(head[9:12])
        length = LENGTH.search(head)
        wanted = int(length[1]) if length and status not in (204, 304) else 0
        while len(body) < wanted:
            body += self._read()
        for name, value in COOKIE.findall(head):
            self.cookies[name.decode()] = value.decode()
        if b"\r\nConnection: close" in head:
            self.close()
        location = LOCATION.search(head)
        return Answer(status, path_of(location[1].decode()) if location else "", body)

    def _read(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("The server closed the connection.")
        return data


def path_of(location):
    """Return the path and query of a Location header, whatever host it names."""
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")
