"""The nginx configuration in `deploy/nginx`, run by Debian's nginx."""

import getpass
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.headers import end_of_this_second, public_for_a_second
from tools.bench.http_client import Browser
from tools.bench.nginx import SHIPPED, binary_of_nginx, nginx_before
from tools.bench.servers import free_port, wait_for

pytestmark = pytest.mark.needs("nginx")
KEPT = {"Cache-Control": "public, max-age=0, s-maxage=60"}


class Origin:
    """An application that records its requests. Its response and headers can be set."""

    def __init__(self):
        self.requested, self.says, self.headers = [], "one", KEPT
        self.may_answer = threading.Event()
        self.may_answer.set()
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                origin.requested.append(self.path)
                origin.may_answer.wait(10)
                headers = origin.headers() if callable(origin.headers) else origin.headers
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(origin.says)))
                self.end_headers()
                self.wfile.write(origin.says.encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    root = tmp_path_factory.mktemp("var files")
    with _application() as origin, nginx_before(origin.server.server_address, root=root) as address:
        yield origin, address, root


@pytest.fixture
def origin(running):
    running[0].requested.clear()
    running[0].says, running[0].headers = "one", KEPT
    return running[0]


@pytest.fixture
def ask(running):
    """Return a function that sends a request to nginx as a new visitor."""

    return partial(_ask, running[1])


@pytest.fixture
def shipped(tmp_path):
    """Write the whole configuration that we ship, with folders and ports of this machine.

    Return (the command to run it, the port without TLS).
    """
    port = free_port()
    config = (SHIPPED / "nginx.conf").read_text()
    for shipped, here in {
        "user www-data;\n": f"user {getpass.getuser()};\n" if os.geteuid() == 0 else "",
        "/run/nginx.pid": tmp_path / "nginx.pid",
        "/var/log/nginx/error.log": "stderr",
        "/var/lib/nginx/concert": tmp_path / "cache",
        "/var/lib/concert": tmp_path / "data",
        "/etc/nginx/tls": tmp_path,
        "/etc/nginx/mime.types": "mime.types",
        "include concert-http.conf": f'include "{SHIPPED}/concert-http.conf"',
        "include concert-server.conf": f'include "{SHIPPED}/concert-server.conf"',
        # Ports that need no privileges, on machines with and without IPv6.
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "listen 443 ": f"listen 127.0.0.1:{free_port()} ",
        "http {\n": "http {\n" + _own_folders(tmp_path),
    }.items():
        assert shipped in config
        config = config.replace(shipped, str(here))
    (tmp_path / "nginx.conf").write_text(config)
    (tmp_path / "mime.types").write_text("types { text/css css; }")
    _write_certificate(tmp_path)
    return [binary_of_nginx(), "-p", tmp_path, "-c", tmp_path / "nginx.conf"], port


def test_nginx_of_debian_accepts_our_configuration(shipped):
    done = subprocess.run([*shipped[0], "-t"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_certbot_can_prove_the_name_without_tls(shipped, tmp_path):
    command, port = shipped
    proof = tmp_path / "data" / ".well-known" / "acme-challenge" / "token"
    proof.parent.mkdir(parents=True)
    proof.write_text("proof")
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    browser = Browser(("127.0.0.1", port))
    try:
        wait_for(port, process, "nginx")
        assert browser.get("/.well-known/acme-challenge/token").body == b"proof"
        assert browser.get("/.well-known/acme-challenge/other").status == 404
        answer = browser.get("/shows/?q=x")
        assert answer.status == 301
        assert "Location: https://127.0.0.1/shows/?q=x" in answer.head
    finally:
        browser.close()
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize(
    "path",
    [
        "/queue/5/status",
        "/performances/5/availability",
        "/performances/5/drawing/stalls/abc/",
        "/performances/5/colors/abc.css",
        "/worker-de.js",
        "/tickets/worker-pt-br.js",
    ],
)
def test_public_responses_are_requested_once(origin, ask, path):
    with _sixteen_at_once(origin, ask, path) as answers:
        _wait_until(lambda: origin.requested)
        origin.may_answer.set()
        assert {answer.result().body for answer in answers} == {b"one"}
    assert origin.requested == [path]


def test_nobody_waits_for_a_response_that_may_be_private(origin, ask):
    origin.headers = {"Cache-Control": "private, no-store"}
    with _sixteen_at_once(origin, ask, "/baskets/own/") as answers:
        _wait_until(lambda: len(origin.requested) == 16)
        origin.may_answer.set()
        assert {answer.result().body for answer in answers} == {b"one"}


def test_a_change_is_visible_after_a_second(origin, ask):
    origin.headers = lambda: public_for_a_second('W/"x"')
    assert ask("/queue/1/status").body == b"one"
    origin.says = "two"
    until = time.monotonic() + 10
    while ask("/queue/1/status").body != b"two":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert len(origin.requested) == 2


def test_after_a_quiet_period_no_stale_response_is_served(origin, ask):
    """The control for `use_stale updating`, which would serve the old response once more."""
    headers = {"Cache-Control": "public, s-maxage=1", "X-Accel-Expires": end_of_this_second()}
    origin.headers = headers
    ask("/quiet/")
    time.sleep(1.1)
    origin.says = "two"
    assert ask("/quiet/").body == b"two"


def test_logged_in_users_neither_get_nor_store_shared_pages(origin, ask):
    ask("/home/")
    origin.says = "mine"
    for cookie in ("sessionid=abc", "messages=abc"):
        assert ask("/home/", Cookie=cookie).body == b"mine"
        assert ask("/home/").body == b"one"


def test_private_responses_are_not_stored(origin, ask):
    origin.headers = {"Cache-Control": "private, no-store"}
    ask("/own/")
    origin.says = "two"
    assert ask("/own/").body == b"two"


def test_api_responses_are_not_stored(origin, ask):
    """They contain the caller's own limits, and CORS headers for the caller's origin."""
    ask("/api/v1/shows")
    origin.says = "two"
    assert ask("/api/v1/shows").body == b"two"


def test_a_fragment_for_htmx_is_not_served_as_the_page(origin, ask):
    assert ask("/shows/", HX_Request="true").body == b"one"
    origin.says = "page"
    assert ask("/shows/").body == b"page"


def test_languages_are_separate_where_there_are_any(origin, ask):
    for language in ("de", "en", "fr"):
        ask("/in_thread/", Accept_Language=language)
        ask("/performances/7/availability", Accept_Language=language)
    ask("/in_thread/", Accept_Language="de", Cookie="django_language=en")
    assert sorted(origin.requested) == ["/in_thread/"] * 4 + ["/performances/7/availability"]


def test_a_client_that_refuses_gzip_gets_its_own_entry(origin, ask):
    for encoding in ("gzip", "br, gzip;q=0.5", "gzip;q=0", "identity", "br, gzip; q=0.0"):
        ask("/in_thread/", Accept_Encoding=encoding)
    assert origin.requested == ["/in_thread/"] * 2  # One with gzip, one without.


def test_concurrent_requests_of_visitors_waiting_are_one_request(origin, ask):
    for number in range(5):
        ask(f"/queue/9/status?n={number}", Cookie=f"sessionid={number}")
    assert len(origin.requested) == 1


JOINING = ["/queue/5/", "/queue/5/join/", "/queue/5/place/?code=vip"]


def test_joining_a_queue_does_not_slow_other_pages(tmp_path):
    """Joining has its own processes."""
    others = ["/queue/5/enter/", "/queue/5/status", "/performances/5/", "/queue/5/lots/", "/"]
    with _application() as sale, _application() as queue:
        addresses = (sale.server.server_address, queue.server.server_address)
        with nginx_before(*addresses, root=tmp_path) as address:
            assert [_ask(address, path).status for path in JOINING + others] == [200] * 8
        assert (queue.requested, sale.requested) == (JOINING, others)


def test_without_queue_processes_the_others_serve_the_queue(tmp_path):
    with _application() as sale:
        nobody = ("127.0.0.1", free_port())
        with nginx_before(sale.server.server_address, nobody, root=tmp_path) as address:
            assert [_ask(address, path).status for path in JOINING] == [200] * 3
        assert sale.requested == JOINING


def test_static_files_with_a_hash_are_cached_for_good(running, ask):
    folder = running[2] / "static" / "css"
    folder.mkdir(parents=True)
    (folder / "site.css").write_text("a")
    (folder / "site.0123456789ab.css").write_text("a")
    (folder / "site.0123456789ab.css.gz").write_bytes(b"zipped")
    assert "max-age=60" in ask("/static/css/site.css").head
    hashed = ask("/static/css/site.0123456789ab.css", Accept_Encoding="gzip")
    assert "immutable" in hashed.head
    assert hashed.body == b"zipped"


def test_only_pictures_of_uploads_are_served(running, ask):
    folder = running[2] / "media"
    folder.mkdir()
    for name in ("poster.webp", "page.html", "drawing.svg"):
        (folder / name).write_text("x")
    statuses = {name: ask(f"/media/{name}").status for name in ("poster.webp", "page.html")}
    assert statuses == {"poster.webp": 200, "page.html": 404}
    assert ask("/media/drawing.svg").status == 404


@contextmanager
def _application():
    origin = Origin()
    yield origin
    origin.server.shutdown()
    origin.server.server_close()


def _ask(address, path, **headers):
    browser = Browser(address)
    try:
        return browser.get(path, **{name.replace("_", "-"): v for name, v in headers.items()})
    finally:
        browser.close()


@contextmanager
def _sixteen_at_once(origin, ask, path):
    """Send sixteen requests to an application that does not answer until it is released."""
    origin.may_answer.clear()
    with ThreadPoolExecutor(16) as readers:
        try:
            yield [readers.submit(ask, path) for _ in range(16)]
        finally:
            origin.may_answer.set()


def _wait_until(so):
    until = time.monotonic() + 10
    while not so():
        assert time.monotonic() < until
        time.sleep(0.01)


def _own_folders(folder):
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "".join(f'{name}_temp_path "{folder}/{name}";\n' for name in names)


def _write_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tickets.example.org")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    made = builder.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
