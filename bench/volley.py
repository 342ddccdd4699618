"""As many answers as there are, for the least work here: volleys over a few plain sockets.

A volley is one request on each socket, and then the answers one after the other. No pipelining:
each connection has one request under way, as a browser's has.
"""

import socket
import time
from collections import Counter
from dataclasses import dataclass, field

from .wire import CLOSES, LENGTH

PATIENCE = 30  # Seconds for one answer.


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


def fire(address, requests, *, sockets=16, seconds=None, number=None, rate=None):
    """Send the `requests` (bytes) in turn for so many seconds, or so often; return `Volleys`.

    With `rate` no more than so many a second are sent. An answer is expected to be 200 or 304.
    """
    done, lines = Volleys(), [_Line(address) for _ in range(sockets)]
    began = time.perf_counter()
    turn = 0
    try:
        while not _is_over(done, began, seconds, number):
            sent = []
            for line in lines:
                line.send(requests[turn % len(requests)])
                sent.append(time.perf_counter())
                turn += 1
            for line, at in zip(lines, sent, strict=True):
                if (status := line.receive()) not in (b"200", b"304"):
                    done.wrong[status.decode()] += 1
                done.times.append(time.perf_counter() - at)
            done.number += sockets
            if rate:
                ahead = done.number / rate - (time.perf_counter() - began)
                if ahead > 0:
                    time.sleep(ahead)
    finally:
        done.seconds = time.perf_counter() - began
        for line in lines:
            line.close()
    return done


def _is_over(done, began, seconds, number):
    if number is not None and done.number >= number:
        return True
    return seconds is not None and time.perf_counter() - began >= seconds


class _Line:
    def __init__(self, address):
        self.address, self.socket = address, None

    def send(self, request):
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)

    def receive(self):
        """Read one answer to its end; return its status."""
        data = self.socket.recv(262_144)
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[: end + 2]
        length = LENGTH.search(head)
        if length is None and head[9:12] != b"304":
            raise ValueError("An answer does not say how long it is.")
        left = (int(length[1]) if length and head[9:12] != b"304" else 0) + end + 4 - len(data)
        while left > 0:
            left -= len(self._more())
        if CLOSES.search(head):
            self.close()
        return head[9:12]

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _more(self):
        data = self.socket.recv(262_144)
        if not data:
            raise EOFError("The server closed the connection.")
        return data
