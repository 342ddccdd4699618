"""Addresses that webhooks must not reach, however they are written or named."""

import socket

import pytest

from api.webhooks import http_client
from api.webhooks.http_client import AddressRefused, Unreachable, post, target_of

PUBLIC = "93.184.215.14"


def named(monkeypatch, *answers):
    """Resolve every name to these addresses, one set for each lookup; count the lookups."""
    asked = []

    def resolve(host, port, **kwargs):
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [
            (socket.AF_INET6 if ":" in text else socket.AF_INET, 1, 6, "", (text, port))
            for text in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        *["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"],
        *["100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"],
        *["::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "2001:db8::1"],
        *["192.0.0.8", "192.0.0.170", "192.88.99.1", "3fff::1", "3fff:fff:ffff::1", "5f00::1"],
        *["64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "64:ff9b:1::a00:1"],
    ],
)
def test_it_rejects_private_addresses(monkeypatch, address):
    named(monkeypatch, [address])
    with pytest.raises(AddressRefused):
        target_of("https://hook.example.org/")


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    named(monkeypatch, [PUBLIC, "10.0.0.1"])
    with pytest.raises(AddressRefused, match="10.0.0.1"):
        target_of("https://hook.example.org/")


@pytest.mark.parametrize("url", ["https://127.1/", "https://2130706433/", "https://0x7f.1/"])
def test_other_notations_of_local_addresses_are_rejected(url):
    with pytest.raises(Unreachable):
        target_of(url)


@pytest.mark.parametrize(
    "url",
    [
        *["", "example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///x"],
        *["https://user:pw@example.org/", "https://example.org:99999/", "https://example.org:0/"],
        *["https://example.org/#x", "https://exa mple.org/", "https://example.org/\r\nX: y"],
        *["https://[::1", "https://example.org/ä", "http://example.org/"],
    ],
)
def test_it_rejects_invalid_urls(monkeypatch, url):
    named(monkeypatch, [PUBLIC])
    with pytest.raises(AddressRefused):
        target_of(url)


def test_an_unknown_host_name_is_reported(monkeypatch):
    def resolve(*args, **kwargs):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable, match="no host"):
        target_of("https://nowhere.example.org/")


def test_own_networks_can_be_allowed(monkeypatch, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["10.20.0.0/16"]
    named(monkeypatch, ["10.20.1.1"])
    assert target_of("http://ledger.internal/x").port == 80
    named(monkeypatch, ["10.21.1.1"])
    with pytest.raises(AddressRefused):
        target_of("http://ledger.internal/x")


def test_dns_rebinding_does_not_help(monkeypatch):
    """The name resolves to a public address when it is checked, and to this machine afterwards."""
    asked = named(monkeypatch, [PUBLIC], ["127.0.0.1"])
    connected = []

    def connect(place, timeout):
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(http_client.socket, "create_connection", connect)
    target = target_of("https://rebinding.example.org:8443/x?y=1")
    assert (target.host, target.path) == ("rebinding.example.org", "/x?y=1")
    with pytest.raises(Unreachable):
        post(target, body=b"{}", headers={})
    assert connected == [(PUBLIC, 8443)]
    assert asked == ["rebinding.example.org"]
