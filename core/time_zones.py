"""Time zones to choose from, in forms."""

from collections.abc import Iterator
from zoneinfo import available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def zone_choices() -> Iterator[tuple[str, str | Promise]]:
    """Yield the choices of a form field.

    The first is empty: otherwise browsers would preset the first zone, Africa/Abidjan.
    """
    yield "", _("Select a time zone")
    for name in sorted(available_timezones()):
        yield name, name
