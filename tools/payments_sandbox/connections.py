"""Leave a request without an answer."""

import contextlib
import socket
import time

from werkzeug.wrappers import Request


def hold_and_cut(request: Request, seconds: float) -> None:
    """Wait until the client gives up, at most so many seconds; then close its connection."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    end = time.monotonic() + seconds
    connection.settimeout(0.1)
    while time.monotonic() < end:
        try:
            if not connection.recv(1, socket.MSG_PEEK):
                break  # The client has closed it.
            time.sleep(0.1)
        except TimeoutError:
            continue
        except OSError:
            break
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("The sandbox leaves this request without an answer.")
