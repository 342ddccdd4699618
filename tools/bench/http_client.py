"""A small HTTP client: one persistent connection, one cookie jar, as little work as possible.

The load generator shares the machine with what it measures.
"""

import re
import socket
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

COOKIE = re.compile(rb"(?im)^set-cookie: ([^=]+)=([^;\r]*)")
LENGTH = re.compile(rb"(?im)^content-length: (\d+)")
LOCATION = re.compile(rb"(?im)^location: (\S+)")
CHUNKED = re.compile(rb"(?im)^transfer-encoding: chunked")
CLOSES = re.compile(rb"(?im)^connection: close")


@dataclass
class Answer:
    status: int
    location: str
    body: bytes
    head: str = ""


class Browser:
    """One customer's browser. `get` and `post` do not follow redirects."""

    def __init__(self, address):
        self.host, self.port = address
        self.socket = None
        self.forget()

    def forget(self):
        """Delete all cookies, and so become a new visitor."""
        self.cookies = {}

    def get(self, path, **headers):
        return self._send("GET", path, b"", headers)

    def post(self, path, fields, **headers):
        return self._send("POST", path, urlencode(fields, doseq=True).encode(), headers)

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def _send(self, method, path, body, headers):
        host = f"{self.host}:{self.port}"
        requested = request(method, host, path, cookies=self.cookies, body=body, headers=headers)
        try:
            return self._exchange(requested)
        except (ConnectionError, EOFError):
            # The server closes idle connections. It has not answered, so nothing is done twice.
            self.close()
            return self._exchange(requested)

    def _exchange(self, requested):
        if self.socket is None:
            self.socket = socket.create_connection((self.host, self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(requested)
        data = bytearray()
        while (found := parse(data)) is None:
            received = self.socket.recv(65536)
            if not received:
                self.close()
                raise EOFError("The server closed the connection.")
            data += received
        answer, _used, closes = found
        self.cookies.update(cookies_of(answer))
        if closes:
            self.close()
        return answer


def request(method, host, path, *, cookies=(), body=b"", headers=()):
    """Return the bytes of a request, as sent by a browser on the same site.

    A body is a form, unless the headers have another Content-Type.
    """
    head = {"Host": host, "Sec-Fetch-Site": "same-origin"}
    if cookies:
        head["Cookie"] = "; ".join(f"{k}={v}" for k, v in cookies.items())
    if method == "POST":
        head["Content-Type"] = "application/x-www-form-urlencoded"
        head["Content-Length"] = str(len(body))
    head |= dict(headers)
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def parse(data):
    """Return (Answer, bytes used, whether the connection closes), or None if it is incomplete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, start = bytes(data[: end + 2]), end + 4
    status = int(head[9:12])
    length = LENGTH.search(head)
    if status in (204, 304):
        body, stop = b"", start
    elif length:
        stop = start + int(length[1])
        if len(data) < stop:
            return None
        body = bytes(data[start:stop])
    elif CHUNKED.search(head):
        found = _unchunked(data, start)
        if found is None:
            return None
        body, stop = found
    else:
        body, stop = b"", start
    location = LOCATION.search(head)
    to = path_of(location[1].decode()) if location else ""
    return Answer(status, to, body, head.decode("latin-1")), stop, bool(CLOSES.search(head))


def cookies_of(answer):
    """Return the cookies that a response sets."""
    if "et-cookie" not in answer.head.lower():
        return {}
    found = COOKIE.findall(answer.head.encode("latin-1"))
    return {name.decode(): value.decode() for name, value in found}


def path_of(location):
    """Return the path and query of a Location header, whatever its host."""
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _unchunked(data, at):
    """Return (body, its end) of a chunked body that begins at `at`, or None."""
    pieces = []
    while True:
        line_end = data.find(b"\r\n", at)
        if line_end < 0:
            return None
        size = int(bytes(data[at:line_end]).partition(b";")[0], 16)
        at = line_end + 2
        if len(data) < at + size + 2:
            return None
        if size == 0:
            return b"".join(pieces), at + 2
        pieces.append(bytes(data[at : at + size]))
        at += size + 2
