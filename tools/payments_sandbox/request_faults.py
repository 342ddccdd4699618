"""Answer requests slowly, with an error, or not at all, as the behaviour has it."""

import contextlib
import socket
import time

from werkzeug.wrappers import Request

from .behaviours import BehaviourBook


def fault_before(request: Request, book: BehaviourBook, *payments: str) -> int:
    """Wait if the sandbox is slow; return the status of an error to answer with, or 0.

    A request that gets an error is not carried out. `payments` are the IDs and references that
    the request is about.
    """
    time.sleep(book.of(*payments).slow)
    if not book.fails_now(request.path):
        return 0
    if not book.default.fail_with:
        _cut(request)
    return book.default.fail_with


def fault_after(request: Request, book: BehaviourBook, count: str = "lose_answers") -> None:
    """Leave a request without an answer that was carried out, if it is to be lost."""
    if request.method != "GET" and book.takes_one(count):
        _wait_for_client(request, book.default.lose_for)
        _cut(request)


def _wait_for_client(request: Request, seconds: float) -> None:
    """Wait until the client gives up, at most so many seconds."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    end = time.monotonic() + seconds
    connection.settimeout(0.1)
    while time.monotonic() < end:
        try:
            if not connection.recv(1, socket.MSG_PEEK):
                return  # The client has closed it.
            time.sleep(0.1)
        except TimeoutError:
            continue
        except OSError:
            return


def _cut(request: Request) -> None:
    with contextlib.suppress(OSError):
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("The sandbox leaves this request without an answer.")
