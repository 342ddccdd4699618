"""The clients of the benchmark, against a simple server."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.bench.connections import ConnectionPool, CustomerError, HttpVisitor
from tools.bench.crowds import all_of, play
from tools.bench.http_client import request
from tools.bench.polling import poll
from tools.bench.recorder import Recorder

from .threads import in_thread


@pytest.fixture(scope="module")
def address():
    """A server that answers /<status> with it, sets a cookie, and records the cookies it gets."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = self.headers.get("Cookie", "").encode()
            self.send_response(int(self.path.strip("/").partition("/")[0]))
            self.send_header("Set-Cookie", "seen=yes; Path=/")
            self.send_header("Content-Length", str(len(body)))
            if self.path.endswith("/close"):
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address
    server.shutdown()
    server.server_close()


def crowd(address, live, *, customers, most):
    """Run the customers on so many connections; return their recorder."""
    recorder = Recorder()

    async def run():
        lines = ConnectionPool(address, most=most)
        try:
            await all_of(live(HttpVisitor(lines, recorder)) for _ in range(customers))
        finally:
            lines.close()

    in_thread(asyncio.run, run())
    return recorder


def test_visitors_share_connections_but_not_cookies(address):
    said = []

    async def live(visitor):
        said.append((await visitor.get("first", "/200")).body)
        said.append((await visitor.get("second", "/200")).body)

    recorder = crowd(address, live, customers=10, most=2)
    assert sorted(said) == [b""] * 10 + [b"seen=yes"] * 10
    assert {step: len(times) for step, times in recorder.steps.items()} == {
        "first": 10,
        "second": 10,
    }


def test_an_unexpected_response_is_counted_as_an_error(address):
    async def live(visitor):
        with pytest.raises(CustomerError):
            await visitor.get("page", "/500")

    assert crowd(address, live, customers=3, most=3).errors == {"page: 500": 3}


def test_an_unreachable_server_is_counted_as_an_error():
    async def live(visitor):
        with pytest.raises(CustomerError):
            await visitor.get("page", "/200")

    assert crowd(("127.0.0.1", 1), live, customers=1, most=1).errors.total() == 1


def test_a_closed_connection_is_reopened(address):
    async def live(visitor):
        for _ in range(3):
            await visitor.get("page", "/200/close")

    assert not crowd(address, live, customers=2, most=1).errors


def test_poll_bursts_count_responses_and_errors(address):
    host = f"{address[0]}:{address[1]}"
    requested = [request("GET", host, path) for path in ("/200", "/404", "/200/close", "/304")]
    done = poll(address, requested, sockets=4, number=16)
    assert (done.number, done.wrong, len(done.times)) == (16, {"404": 4}, 16)


def test_hanging_visitors_are_cancelled():
    class Quiet:
        ended = False

    async def never():
        try:
            await asyncio.Event().wait()
        finally:
            Quiet.ended = True

    from rich.console import Console

    console = Console(quiet=True)
    assert not in_thread(play, console, "x", never(), done=lambda: 0, total=1, limit=0.05)
    assert Quiet.ended
