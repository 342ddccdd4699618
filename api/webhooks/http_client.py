"""Reaching an address of somebody else's choosing without being led into our own network.

A name is resolved once; every address that it has must be a public one (or in a network that
WEBHOOK_ALLOWED_NETWORKS names); and the connection is made to the very address that was looked
at, so a name that means something else a moment later gains nothing. Redirects are not followed.
How long it may take and how much is read are bounded.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

CONNECT_SECONDS = 5
# From the first byte that is sent to the last one that is read, however slowly they come.
ANSWER_SECONDS = 10
READ_AT_MOST = 4096
# All of a name's addresses are looked at, and so many of them tried.
TRIED_AT_MOST = 4
NAT64 = ipaddress.ip_network("64:ff9b::/96")
AGENT = "Concert-Webhooks/1"


class Unreachable(Exception):
    """The address may not be reached, cannot be found, or does not answer; says why."""


class AddressRefused(Unreachable):
    """The address is not one that may be reached from here."""


@dataclass(frozen=True)
class Target:
    """Where to connect to: an address that was looked at, for the host and path that were asked."""

    is_encrypted: bool
    host: str
    port: int
    path: str
    addresses: tuple


@dataclass(frozen=True)
class Answer:
    status: int
    beginning: str

    @property
    def is_taken(self):
        return 200 <= self.status < 300


def target_of(url):
    """Resolve and check an address. Raises `Refused`, or `Unreachable` where there is no such name.

    Only https, except to the networks that the house has allowed.
    """
    parts = _parts(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = tuple(dict.fromkeys(_resolve(parts.hostname, port)))
    allowed = [ipaddress.ip_network(text) for text in settings.WEBHOOK_ALLOWED_NETWORKS]
    for address in addresses:
        is_ours = any(address in network for network in allowed)
        if not is_ours and not _is_public(address):
            raise AddressRefused(_("It leads to %s, which is not a public address.") % address)
        if not is_ours and parts.scheme != "https":
            raise AddressRefused(_("It must begin with https://."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = (
        parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    )
    return Target(parts.scheme == "https", host, port, path, addresses)


def post(target, *, body, headers):
    """Send `body` there, and return the `Answer`, whatever its status. Raises `Unreachable`."""
    connection = _Encrypted(target) if target.is_encrypted else _Plain(target)
    try:
        connection.request("POST", target.path, body, {"User-Agent": AGENT, **headers})
        response = connection.getresponse()
        return Answer(response.status, response.read(READ_AT_MOST).decode(errors="replace"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.is_cut or isinstance(error, TimeoutError):
            raise Unreachable(_("It did not answer in time.")) from None
        raise Unreachable(f"{type(error).__name__}: {error}"[:200]) from None
    finally:
        connection.end()


class _Plain(http.client.HTTPConnection):
    """Connects to an address that was looked at, and speaks to `host` over it."""

    def __init__(self, target, **more):
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS, **more)
        self.target = target
        self.is_cut = False
        self._watch = threading.Timer(ANSWER_SECONDS, self._cut)
        self._watch.daemon = True
        self._spare = None

    def connect(self):
        self.sock = self._to_one_of_its_addresses()
        # The same conversation once more, so that it can be ended from outside at any moment.
        self._spare = self.sock.dup()
        self._watch.start()

    def end(self):
        """Close everything. (`close` is called by the answer as soon as its head has been read.)"""
        self._watch.cancel()
        self.close()
        if self._spare is not None:
            self._spare.close()

    def _to_one_of_its_addresses(self):
        failure = OSError("no address")
        for address in self.target.addresses[:TRIED_AT_MOST]:
            try:
                return socket.create_connection((str(address), self.port), self.timeout)
            except OSError as error:
                failure = error
        raise failure

    def _cut(self):
        self.is_cut = True
        with contextlib.suppress(OSError):
            self._spare.shutdown(socket.SHUT_RDWR)


class _Encrypted(_Plain):
    default_port = http.client.HTTPS_PORT

    def connect(self):
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _parts(url):
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(_("This is not an address.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise AddressRefused(_("Write a whole address, such as https://example.org/hook."))
    if parts.username is not None or parts.fragment or not url.isprintable() or " " in url:
        raise AddressRefused(_("An address without user name, spaces and # is needed."))
    if not (parts.path + parts.query).isascii():
        raise AddressRefused(
            _("Write what follows the host in plain characters (percent-encoded).")
        )
    return parts


def _resolve(host, port):
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(_("There is no host named %s.") % host) from None
    for *_kind, place in found:
        yield _plain(ipaddress.ip_address(place[0].partition("%")[0]))


def _plain(address):
    """The IPv4 address inside an IPv6 one, where that is what would be reached."""
    if address.version == 4:
        return address
    if address in NAT64:
        return ipaddress.ip_address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address):
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and getattr(address, "teredo", None) is None
    )
