"""Send as many requests as possible with little work: a few plain sockets in one thread.

Each connection has one request in flight, as a browser has, and sends the next one as soon as it is
answered. None waits for another, so no worker of the server is idle because another is slow.
"""

import selectors
import socket
import time
from collections import Counter
from dataclasses import dataclass, field

from .http_client import CLOSES, LENGTH

TIMEOUT = 30  # Seconds for one response.
PIECE = 262_144  # Bytes read at once.


@dataclass
class PollResult:
    """The result: how many responses in how many seconds, and what was unexpected."""

    number: int = 0
    seconds: float = 0.0
    times: list = field(default_factory=list)
    wrong: Counter = field(default_factory=Counter)  # By status.

    @property
    def rate(self):
        return self.number / self.seconds if self.seconds else 0.0

    def count(self, line, status):
        self.number += 1
        self.times.append(time.perf_counter() - line.sent_at)
        if status not in (b"200", b"304"):
            self.wrong[status.decode()] += 1


def poll(address, requests, *, sockets=16, seconds=None, number=None, rate=None):
    """Send the `requests` (bytes) in turn, for so many seconds or so often; return `PollResult`.

    With `rate` no more than so many a second are sent. Responses should have the status 200 or 304.
    """
    done, sent = PollResult(), 0
    started = time.perf_counter()
    until = started + seconds if seconds is not None else float("inf")
    most = number if number is not None else float("inf")

    def to_wait():
        return started + sent / rate - time.perf_counter() if rate else 0.0

    with selectors.DefaultSelector() as selector:
        lines = [_Connection(address, selector) for _ in range(sockets)]
        idle, busy = list(lines), 0
        try:
            while True:
                is_over = sent >= most or time.perf_counter() >= until
                while idle and not is_over and to_wait() <= 0:
                    idle.pop().send(requests[sent % len(requests)])
                    busy, sent = busy + 1, sent + 1
                    is_over = sent >= most
                if is_over and not busy:
                    return done
                can_send = idle and not is_over
                for key, _ in selector.select(max(0.0, to_wait()) if can_send else TIMEOUT):
                    if status := key.data.receive():
                        done.count(key.data, status)
                        idle.append(key.data)
                        busy -= 1
        finally:
            done.seconds = time.perf_counter() - started
            for line in lines:
                line.close()


class _Connection:
    """One connection, opened when it is needed and closed when the server closes it."""

    def __init__(self, address, selector):
        self.address, self.selector = address, selector
        self.socket, self.data, self.sent_at = None, b"", 0.0

    def send(self, request):
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self):
        """Read what has arrived; return the status once the response is complete."""
        piece = self.socket.recv(PIECE)
        if not piece:
            raise EOFError("The server closed the connection.")
        self.data += piece
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.data[: end + 2]
        status, length = head[9:12], LENGTH.search(head)
        if length is None and status != b"304":
            raise ValueError("An answer does not say how long it is.")
        body = int(length[1]) if length and status != b"304" else 0
        if len(self.data) < end + 4 + body:
            return None
        self.data = b""
        if CLOSES.search(head):
            self.close()
        return status

    def close(self):
        if self.socket is not None:
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None
