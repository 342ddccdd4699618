"""Single values of a plan file: texts that can be kept, numbers that can be drawn."""

import re
from math import isfinite

from django.utils.translation import gettext as _

# PostgreSQL can't keep the first, UTF-8 not the last; and no name needs the others.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
MAX_COORDINATE = 1_000_000


def check_text(value, path, most, faults, *, least=1):
    """The text without blanks around it; a fault where it can't be kept or is too long."""
    text = value.strip()
    if _UNPRINTABLE.search(text):
        faults.add(path, _("there are characters in this that can't be printed"))
    elif len(text) < least:
        faults.add(path, _("this is empty"))
    elif len(text) > most:
        faults.add(path, _("this is longer than %d characters") % most)
    return text


def check_number(value, path, faults):
    """The number as a float; 0.0 and a fault where it is infinite or absurd."""
    if isinstance(value, float) and not isfinite(value) or abs(value) > MAX_COORDINATE:
        faults.add(path, _("this number is out of all proportion"))
        return 0.0
    return float(value)


def tidy(number):
    """10.0 as 10, so that the same plan is always the same text."""
    return int(number) if number == int(number) else number
