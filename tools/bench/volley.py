"""As many answers as there are, for the least work here: a few plain sockets in one thread.

Each connection has one request under way, as a browser's has, and sends the next as soon as it is
answered. None waits for another, so no worker of the server is idle because a slower one is not.
"""

import selectors
import socket
import time
from collections import Counter
from dataclasses import dataclass, field

from .wire import CLOSES, LENGTH

PATIENCE = 30  # Seconds for one answer.
PIECE = 262_144  # Bytes read at once.


@dataclass
class Volleys:
    """What came of them: how many answers, in how many seconds; what was not as expected."""

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


def fire(address, requests, *, sockets=16, seconds=None, number=None, rate=None):
    """Send the `requests` (bytes) in turn for so many seconds, or so often; return `Volleys`.

    With `rate` no more than so many a second are sent. An answer is expected to be 200 or 304.
    """
    done, sent = Volleys(), 0
    began = time.perf_counter()
    until = began + seconds if seconds is not None else float("inf")
    most = number if number is not None else float("inf")

    def to_wait():
        return began + sent / rate - time.perf_counter() if rate else 0.0

    with selectors.DefaultSelector() as selector:
        lines = [_Line(address, selector) for _ in range(sockets)]
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
                for key, _ in selector.select(max(0.0, to_wait()) if can_send else PATIENCE):
                    if status := key.data.receive():
                        done.count(key.data, status)
                        idle.append(key.data)
                        busy -= 1
        finally:
            done.seconds = time.perf_counter() - began
            for line in lines:
                line.close()


class _Line:
    """One connection: opened when it is needed, closed when the server says so."""

    def __init__(self, address, selector):
        self.address, self.selector = address, selector
        self.socket, self.data, self.sent_at = None, b"", 0.0

    def send(self, request):
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self):
        """Read what has come; return the status once the answer is whole."""
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
