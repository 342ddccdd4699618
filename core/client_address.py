"""The address that a request comes from, as far as it can be believed."""

import ipaddress

from django.conf import settings


def client_address(request):
    """Return the client's address as text, or "" where the server tells none.

    Behind `PROXY_COUNT` proxies of ours, each of which adds the address that it was asked from at
    the end of `X-Forwarded-For`, it is that many from the end. Whatever stands before it was sent
    by the client, and could be anything.
    """
    proxies = settings.PROXY_COUNT
    if proxies:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(told) >= proxies and _parsed(told[-proxies]):
            return str(_parsed(told[-proxies]))
    return request.META.get("REMOTE_ADDR", "")


def household_of(address):
    """Return what one subscriber usually has: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = _parsed(address)
    if parsed is None:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_within(address, networks):
    """Whether an address is in one of the networks ("192.0.2.0/24"). Unreadable ones hold none."""
    parsed = _parsed(address)
    if parsed is None:
        return False
    return any(parsed in network for network in map(_network, networks) if network is not None)


def _parsed(address):
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _network(text):
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
