"""Post to URLs chosen by users without being led into our own network (SSRF).

A host name is resolved once; each of its addresses must be public (or in a network listed in
WEBHOOK_ALLOWED_NETWORKS); and the connection is made to the very address that was checked, so that
DNS rebinding gains nothing. Redirects are not followed. Time and size of a response are bounded.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

CONNECT_SECONDS = 5
# From the first byte sent to the last byte read, however slowly they come.
RESPONSE_SECONDS = 10
MAX_RESPONSE = 4096  # Bytes.
# All addresses of a name are checked, and so many of them tried.
MAX_TRIED = 4
USER_AGENT = "Concert-Webhooks/1"
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not globally reachable by IANA's special-purpose registries, but not yet known to `ipaddress` in
# every supported version of Python: IETF protocol assignments (192.0.0.8 is the dummy address),
# the former 6to4 relays, discard-only, documentation (RFC 9637) and segment routing (RFC 9602).
SPECIAL = [
    ipaddress.ip_network(text)
    for text in (
        *["192.0.0.0/24", "192.88.99.0/24", "100::/64", "100:0:0:1::/64"],
        *["2001::/23", "3fff::/20", "5f00::/16"],
    )
]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """The URL may not be reached, cannot be resolved, or does not respond; `str()` says why."""


class AddressRefused(Unreachable):
    """The URL leads to an address that may not be reached from here."""


@dataclass(frozen=True)
class Target:
    """Where to connect: the checked addresses, and the host and path to ask for."""

    is_encrypted: bool
    host: str
    port: int
    path: str
    addresses: tuple[Address, ...]


@dataclass(frozen=True)
class Response:
    """The status, and the beginning of the body."""

    status: int
    beginning: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def target_of(url: str) -> Target:
    """Resolve and check a URL: only https, except to the networks that are allowed.

    Raises `AddressRefused`, or `Unreachable` where the name cannot be resolved.
    """
    parts = _parts(url)
    hostname = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = tuple(dict.fromkeys(_resolve(hostname, port)))
    allowed = [ipaddress.ip_network(text) for text in settings.WEBHOOK_ALLOWED_NETWORKS]
    for address in addresses:
        is_allowed = any(address in network for network in allowed)
        if not is_allowed and not _is_public(address):
            raise AddressRefused(_("It leads to %s, which is not a public address.") % address)
        if not is_allowed and parts.scheme != "https":
            raise AddressRefused(_("It must begin with https://."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = hostname if hostname.isascii() else hostname.encode("idna").decode()
    return Target(parts.scheme == "https", host, port, path, addresses)


def post(target: Target, *, body: bytes, headers: Mapping[str, str]) -> Response:
    """Post `body` and return the response, whatever its status. Raises `Unreachable`."""
    connection = _EncryptedConnection(target) if target.is_encrypted else _Connection(target)
    try:
        connection.request("POST", target.path, body, {"User-Agent": USER_AGENT, **headers})
        response = connection.getresponse()
        return Response(response.status, response.read(MAX_RESPONSE).decode(errors="replace"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.is_cut or isinstance(error, TimeoutError):
            raise Unreachable(_("No response in time.")) from None
        raise Unreachable(f"{type(error).__name__}: {error}"[:200]) from None
    finally:
        connection.end()


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, for the host of the URL."""

    def __init__(self, target: Target, **options: Any) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS, **options)
        self.target = target
        self.is_cut = False
        self._timer = threading.Timer(RESPONSE_SECONDS, self._cut)
        self._timer.daemon = True
        self._duplicate: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self._connect_to_any()
        # The same connection once more, so that it can be ended from outside at any moment.
        self._duplicate = self.sock.dup()
        self._timer.start()

    def end(self) -> None:
        """Close everything. (`close` is called as soon as the head of the response is read.)"""
        self._timer.cancel()
        self.close()
        if self._duplicate is not None:
            self._duplicate.close()

    def _connect_to_any(self) -> socket.socket:
        failure = OSError("no address")
        for address in self.target.addresses[:MAX_TRIED]:
            try:
                return socket.create_connection((str(address), self.port), self.timeout)
            except OSError as error:
                failure = error
        raise failure

    def _cut(self) -> None:
        self.is_cut = True
        if self._duplicate is not None:
            with contextlib.suppress(OSError):
                self._duplicate.shutdown(socket.SHUT_RDWR)


class _EncryptedConnection(_Connection):
    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(_("Enter a valid URL.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise AddressRefused(_("Enter a full URL, such as https://example.org/hook."))
    if parts.username is not None or parts.fragment or not url.isprintable() or " " in url:
        raise AddressRefused(_("Enter a URL without user name, spaces and #."))
    if not (parts.path + parts.query).isascii():
        raise AddressRefused(_("Percent-encode the characters after the host name."))
    return parts


def _resolve(host: str, port: int) -> Iterator[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(_("There is no host named %s.") % host) from None
    for *_kind, address in found:
        yield _embedded(ipaddress.ip_address(str(address[0]).partition("%")[0]))


def _embedded(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 one, where that is what would be reached."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.ip_address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and getattr(address, "teredo", None) is None
        and not any(address in network for network in SPECIAL)
    )
