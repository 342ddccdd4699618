"""Many customers over few connections: the client of the crowds, on asyncio's bare protocols.

`Lines` is a bounded number of kept-alive connections that all customers share; who finds none free
waits, and the wait counts, as it does before a server that is busy. A `Visitor` is one customer's
browser on them: cookies, and what each step took.
"""

import asyncio
import time
from urllib.parse import urlencode

from .wire import cookies_of, parse, request

PATIENCE = 60  # Seconds for one answer.


class Lines:
    """At most `most` connections to one server, first come first served. For one event loop."""

    def __init__(self, address, *, most):
        self.address = address
        self.host = f"{address[0]}:{address[1]}"
        # A queue would give a line to whoever asks in the instant that it is put back, before those
        # who wait for it. A semaphore does not.
        self._turn = asyncio.Semaphore(most)
        self._free = [None] * most

    async def ask(self, asked):
        """Send a request's bytes and return its Answer. Raises OSError or EOFError."""
        async with self._turn:
            return await self._ask(asked)

    async def _ask(self, asked):
        line = self._free.pop()
        try:
            if line is not None and not line.is_closed:
                try:
                    return await line.exchange(asked)
                except (ConnectionError, EOFError):
                    # An idle connection that the server was just closing: nothing was answered.
                    line.close()
            line = await self._dial()
            return await line.exchange(asked)
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

    async def _dial(self):
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(_Line, *self.address))[1]


class _Line(asyncio.Protocol):
    def __init__(self):
        self.transport, self._waiting, self._data = None, None, bytearray()
        self.is_closed = False

    async def exchange(self, asked):
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(asked)
        return await asyncio.wait_for(self._waiting, PATIENCE)

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


class Visitor:
    """One customer's browser. Each request is a named step, noted in the tally."""

    def __init__(self, lines, tally):
        self.lines, self.tally, self.cookies = lines, tally, {}

    async def get(self, step, path, expect=(200,), **headers):
        return await self.send(step, "GET", path, b"", headers, expect)

    async def post(self, step, path, fields, expect=(303,)):
        body = urlencode(fields, doseq=True).encode()
        return await self.send(step, "POST", path, body, {}, expect)

    async def send(self, step, method, path, body, headers, expect):
        asked = request(
            method, self.lines.host, path, cookies=self.cookies, body=body, headers=headers
        )
        began = time.perf_counter()
        try:
            answer = await self.lines.ask(asked)
        except (OSError, EOFError, TimeoutError) as error:
            self.tally.trouble(step, type(error).__name__)
            raise Trouble(step) from error
        self.tally.took(step, time.perf_counter() - began)
        self.cookies.update(cookies_of(answer))
        if answer.status not in expect:
            self.tally.trouble(step, str(answer.status))
            raise Trouble(step)
        return answer


class Trouble(Exception):
    """A customer saw an error, which has been noted."""
