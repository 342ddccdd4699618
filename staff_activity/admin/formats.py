"""When something was done, on the clock of whoever reads, to the second."""

from django.utils import timezone
from django.utils.formats import date_format


def told(moment):
    return date_format(timezone.localtime(moment), "DATETIME_SECONDS")
