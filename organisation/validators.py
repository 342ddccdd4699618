"""Check what staff enter about the organisation; the messages are for the form."""

import ipaddress
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from core.colours import DAY_PAPER, NIGHT_PAPER, READABLE, contrast, readable

MAX_LINKS = 10


def check_one_line(value: str) -> None:
    """Raise ValidationError for text that would break a header of an e-mail."""
    if any(c in value for c in "\r\n\0"):
        raise ValidationError(_("Enter a single line of text."))


def check_host(value: str) -> None:
    """Raise ValidationError unless `value` looks like a host name or an IP address."""
    if not value.isascii() or not all(c.isalnum() or c in ".-:" for c in value):
        raise ValidationError(_("Enter a host name such as mail.example.org."))


def check_zone(value: str) -> None:
    """Raise ValidationError unless `value` is a time zone such as Europe/Berlin."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        message = _("“%(value)s” is not a time zone. Enter one such as Europe/Berlin.")
        raise ValidationError(message, params={"value": value}) from None


def check_networks(value: str) -> None:
    """Raise ValidationError unless each line is a network such as 192.0.2.0/24."""
    for network in value.split():
        try:
            ipaddress.ip_network(network)
        except ValueError:
            message = _("“%(value)s” is not a network. Enter one such as 192.0.2.0/24.")
            raise ValidationError(message, params={"value": network}) from None


def check_links(value: str) -> None:
    """Raise ValidationError unless each line is the address of a page."""
    links = value.split()
    if len(links) > MAX_LINKS:
        raise ValidationError(_("Enter at most %(n)d links.") % {"n": MAX_LINKS})
    check = URLValidator(schemes=["https", "http"])
    for link in links:
        try:
            check(link)
        except ValidationError:
            message = _("“%(value)s” is not a link. It begins with https://.")
            raise ValidationError(message, params={"value": link}) from None


def check_accent(value: str) -> None:
    """Raise ValidationError unless the colour is readable in the light theme."""
    _check_contrast(value, DAY_PAPER, _("on the light background"))


def check_dark_accent(value: str) -> None:
    """Raise ValidationError unless the colour is readable in the dark theme."""
    _check_contrast(value, NIGHT_PAPER, _("on the dark background"))


def name_of_link(link: str) -> str:
    """Return what a link is called on pages: the name of its site."""
    host = (urlsplit(link).hostname or link).removeprefix("www.")
    names = {
        "facebook.com": "Facebook",
        "instagram.com": "Instagram",
        "youtube.com": "YouTube",
        "tiktok.com": "TikTok",
        "linkedin.com": "LinkedIn",
        "bsky.app": "Bluesky",
        "x.com": "X",
        "threads.net": "Threads",
        "open.spotify.com": "Spotify",
    }
    return names.get(host, host)


def _check_contrast(value: str, ground: str, where: str) -> None:
    colour = value.lower()
    if not is_colour(colour):
        raise ValidationError(_("Enter a colour such as #a81306."))
    ratio = contrast(colour, ground)
    if ratio < READABLE:
        message = _(
            "This colour is hard to read %(where)s: its contrast is %(ratio).1f to 1, and 4.5 to 1"
            " is needed. %(suggestion)s is the closest that can be read."
        )
        # Rounded down, so that 4.46 is not called 4.5.
        shown = int(ratio * 10) / 10
        raise ValidationError(
            message,
            params={"where": where, "ratio": shown, "suggestion": readable(colour, ground)},
        )


def is_colour(value: str) -> bool:
    """Return whether `value` is a colour such as #a81306."""
    return len(value) == 7 and value[0] == "#" and all(c in "0123456789abcdef" for c in value[1:])
