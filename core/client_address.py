"""The client's IP address, as far as it can be trusted."""

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address as text, or "" if the server knows none.

    Each of our `PROXY_COUNT` proxies appends the address of its client to `X-Forwarded-For`, so it
    is the entry that many from the end. Entries before it were sent by the client.
    """
    proxies = settings.PROXY_COUNT
    if proxies:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(forwarded) >= proxies and _parsed(forwarded[-proxies]):
            return str(_parsed(forwarded[-proxies]))
    return str(request.META.get("REMOTE_ADDR", ""))


def household_of(address: str) -> str:
    """Return the network of one subscriber: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = _parsed(address)
    if parsed is None:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Return whether an address is in one of the networks ("192.0.2.0/24"); skip invalid ones."""
    parsed = _parsed(address)
    if parsed is None:
        return False
    return any(parsed in network for network in map(_network, networks) if network is not None)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
