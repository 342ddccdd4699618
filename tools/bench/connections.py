"""Many visitors on few connections: an HTTP client on asyncio's protocols.

`ConnectionPool` is a limited number of persistent connections shared by all visitors. Waiting for a
free one counts, as it does in front of a busy server. An `HttpVisitor` is one visitor's browser,
with cookies; it records how long each step took.
"""

import asyncio
import time
from urllib.parse import urlencode

from .http_client import cookies_of, parse, request

TIMEOUT = 60  # Seconds for one response.


class ConnectionPool:
    """At most `most` connections to one server, first come first served. For one event loop."""

    def __init__(self, address, *, most):
        self.address = address
        self.host = f"{address[0]}:{address[1]}"
        # Not a queue: that would give a connection to whoever asks at the moment it is returned,
        # before those who are waiting. A semaphore does not.
        self._turn = asyncio.Semaphore(most)
        self._free = [None] * most

    async def ask(self, requested):
        """Send a request's bytes and return its Answer. Raises OSError or EOFError."""
        async with self._turn:
            return await self._ask(requested)

    async def _ask(self, requested):
        line = self._free.pop()
        try:
            if line is not None and not line.is_closed:
                try:
                    return await line.exchange(requested)
                except (ConnectionError, EOFError):
                    # The server was just closing an idle connection and has not answered.
                    line.close()
            line = await self._connect()
            return await line.exchange(requested)
        except BaseException:
            if line is not None:
                line.close()
            raise
        finally:
            self._free.append(line)

    def close(self):
        for line in self._free:
            if line is not None:
                line.close()

    async def _connect(self):
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(_Connection, *self.address))[1]


class _Connection(asyncio.Protocol):
    def __init__(self):
        self.transport, self._waiting, self._data = None, None, bytearray()
        self.is_closed = False

    async def exchange(self, requested):
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(requested)
        return await asyncio.wait_for(self._waiting, TIMEOUT)

    def close(self):
        self.is_closed = True
        self.transport.abort()

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self._data += data
        found = parse(self._data)
        if found is None or self._waiting is None or self._waiting.done():
            return
        answer, used, closes = found
        del self._data[:used]
        if closes:
            self.close()
        self._waiting.set_result(answer)

    def connection_lost(self, error):
        self.is_closed = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(EOFError("The server closed the connection."))


class HttpVisitor:
    """One visitor's browser. Each request is a named step of the recorder."""

    def __init__(self, lines, recorder):
        self.lines, self.recorder, self.cookies = lines, recorder, {}

    async def get(self, step, path, expect=(200,), **headers):
        return await self.send(step, "GET", path, b"", headers, expect)

    async def post(self, step, path, fields, expect=(303,)):
        body = urlencode(fields, doseq=True).encode()
        return await self.send(step, "POST", path, body, {}, expect)

    async def send(self, step, method, path, body, headers, expect):
        requested = request(
            method, self.lines.host, path, cookies=self.cookies, body=body, headers=headers
        )
        started = time.perf_counter()
        try:
            answer = await self.lines.ask(requested)
        except (OSError, EOFError, TimeoutError) as error:
            self.recorder.add_error(step, type(error).__name__)
            raise CustomerError(step) from error
        self.recorder.took(step, time.perf_counter() - started)
        self.cookies.update(cookies_of(answer))
        if answer.status not in expect:
            self.recorder.add_error(step, str(answer.status))
            raise CustomerError(step)
        return answer


class CustomerError(Exception):
    """A customer saw an error, which has been recorded."""
