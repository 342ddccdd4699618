"""Time zones to choose from, in forms."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@cache
def zones_of_country(country: str) -> tuple[str, ...]:
    """Return the time zones of a country (two-letter code), the largest first."""
    return tuple(zone for code, zone in _table() if code == country.upper())


@cache
def only_zones(preferred: str = "") -> dict[str, str]:
    """Return the time zone of each country (two-letter code) that has only one.

    Where the preferred one is among several, it is the country's.
    """
    zones: dict[str, list[str]] = {}
    for code, zone in _table():
        zones.setdefault(code, []).append(zone)
    return {
        code: found[0] if len(found) == 1 else preferred
        for code, found in zones.items()
        if len(found) == 1 or preferred in found
    }


@cache
def _table() -> tuple[tuple[str, str], ...]:
    """Return (country, time zone) of the table in the time zone database."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text()
    rows = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return tuple((row[0], row[2]) for row in rows)


def zone_choices() -> Iterator[tuple[str, str | Promise]]:
    """Yield the choices of a form field.

    The first is empty: otherwise browsers would preset the first zone, Africa/Abidjan.
    """
    yield "", _("Select a time zone")
    for name in sorted(available_timezones()):
        yield name, name
