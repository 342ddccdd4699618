"""A server on this machine that answers as Apple's push service: HTTP/2, client certificates."""

import json
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events

from . import authority


@dataclass
class PushServer:
    url: str
    # Headers of each notification, and the device certificates' names.
    received: list = field(default_factory=list)
    certificates: list = field(default_factory=list)
    # Answers by push token: status and reason; the others get 200.
    answers: dict = field(default_factory=dict)


@contextmanager
def push_server(tmp_path):
    """Run the server; only certificates of the test authority may connect."""
    own = authority.issue("push", by=authority.root(), hosts=["localhost"])
    (tmp_path / "server.pem").write_bytes(own.key_pem + own.pem)
    clients = authority.intermediate().pem + authority.root().pem
    (tmp_path / "clients.pem").write_bytes(clients)
    (tmp_path / "root.pem").write_bytes(authority.root().pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.load_verify_locations(tmp_path / "clients.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = PushServer(f"https://localhost:{listener.getsockname()[1]}")
        threading.Thread(target=_accept, args=(listener, context, server), daemon=True).start()
        yield server


def _accept(listener, context, server):
    while True:
        try:
            plain, _address = listener.accept()
        except OSError:
            return  # The test is over.
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                _serve(connection, server)
        except OSError:
            continue


def _serve(connection, server):
    names = dict(part[0] for part in connection.getpeercert()["subject"])
    server.certificates.append(names["userId"])
    http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    http.initiate_connection()
    connection.sendall(http.data_to_send())
    headers = {}
    while data := connection.recv(65536):
        for event in http.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                headers[event.stream_id] = {
                    name.decode(): value.decode() for name, value in event.headers
                }
            elif isinstance(event, h2.events.StreamEnded):
                _answer(http, event.stream_id, headers.pop(event.stream_id), server)
        connection.sendall(http.data_to_send())


def _answer(http, stream, headers, server):
    server.received.append(headers)
    token = headers[":path"].rpartition("/")[2]
    status, reason = server.answers.get(token, (200, ""))
    http.send_headers(stream, [(":status", str(status))])
    http.send_data(stream, json.dumps({"reason": reason}).encode() if reason else b"", True)
