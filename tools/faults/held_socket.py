"""A listening socket that outlives the web server, as systemd keeps it for a `.socket` unit.

While nothing accepts, connections wait in it instead of being refused. `python -m
tools.faults.held_socket 7 gunicorn` becomes gunicorn with the socket of descriptor 7, passed as by
systemd.
"""

import os
import socket
import sys

FIRST = 3  # The first descriptor of systemd's protocol.
BACKLOG = 2048


def hold_socket():
    """Open a socket on a free port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(BACKLOG)
    return listener


def with_socket(listener, command):
    """Return the command that runs `command` with the socket, which its process must inherit."""
    return [sys.executable, "-m", "tools.faults.held_socket", str(listener.fileno()), *command]


def main():
    descriptor, *command = sys.argv[1:]
    os.dup2(int(descriptor), FIRST)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
