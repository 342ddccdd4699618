"""Links to pages elsewhere that staff enter."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

LONGEST_LINK = 500

_check = URLValidator(schemes=["https"])


def check_https(value: str) -> None:
    """Raise ValidationError unless `value` is the address of a page that begins with https://."""
    try:
        _check(value)
    except ValidationError:
        raise ValidationError(
            _("“%(value)s” is not a link. It begins with https://."), params={"value": value}
        ) from None


def site_of(link: str) -> str:
    """Return the host of a link without "www.", which tells people where it leads."""
    return (urlsplit(link).hostname or link).removeprefix("www.")
