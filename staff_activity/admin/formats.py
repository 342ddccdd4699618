"""Format times to the second, in the time zone of the user."""

from django.utils import timezone
from django.utils.formats import date_format


def format_time(time):
    return date_format(timezone.localtime(time), "DATETIME_SECONDS")
