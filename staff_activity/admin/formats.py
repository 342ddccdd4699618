"""When something was done, on the clock of whoever reads, to the second."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format


def told(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_SECONDS")
