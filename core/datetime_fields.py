"""Dates and times in forms of staff, on the clock of the current time zone, and never guessed."""

import re
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from .datetimes import check_year, moments_at, offset_of

WITH_OFFSET = re.compile(r"(?P<time>.*?)\s*(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?")


class HourField(forms.TimeField):
    """A time of day, if need be with its distance from UTC: "02:30", or "02:30+01:00"."""

    def to_python(self, value: Any) -> time | None:
        found = WITH_OFFSET.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            return super().to_python(value)
        hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
        if hours > 14 or minutes > 59:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        distance = timedelta(hours=hours, minutes=minutes)
        if found["sign"] == "-":
            distance = -distance
        hour = super().to_python(found["time"])
        return hour and hour.replace(tzinfo=timezone(distance))


class ExactDateTimeWidget(UnfoldAdminSplitDateTimeWidget):
    """Writes the distance from UTC beside an hour that comes twice in its night."""

    def decompress(self, value: datetime | None) -> list[Any]:
        parts = super().decompress(value)
        if value and len(moments_at(datetime.combine(*parts), get_current_timezone())) > 1:
            hour = f"{parts[1]:%H:%M:%S}".removesuffix(":00")
            parts[1] = hour + offset_of(localtime(value))
        return parts


class ExactDateTimeField(forms.SplitDateTimeField):
    """A date and a time. An hour that the clock shows twice, or never, is refused with the reason.

    Of an hour that comes twice its distance from UTC says which one is meant. The value is in UTC:
    Python takes no local time of such an hour for equal to one in another zone.
    """

    widget = ExactDateTimeWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fields = (self.fields[0], HourField(required=False, error_messages=self._time_errors))

    @property
    def _time_errors(self):
        return {"invalid": self.error_messages["invalid_time"]}

    def compress(self, data_list: list[Any]) -> datetime | None:
        if not data_list or any(part in self.empty_values for part in data_list):
            return super().compress(data_list)
        day, hour = data_list
        check_year(day)
        found = moments_at(datetime.combine(day, hour.replace(tzinfo=None)), get_current_timezone())
        written = f"{hour:%H:%M}"
        if hour.tzinfo is not None:
            for moment in found:
                if moment.utcoffset() == hour.utcoffset():
                    return moment.astimezone(UTC)
            if found:
                words = _("The clock there is at UTC%(right)s then, not at UTC%(wrong)s.")
                offsets = {"right": offset_of(found[0]), "wrong": offset_of(_at(day, hour))}
                raise ValidationError(words % offsets, code="offset")
        if not found:
            words = _("There is no %s in this night: the clocks go forward.")
            raise ValidationError(words % written, code="never")
        if len(found) > 1:
            first, second = (f"{written}{offset_of(moment)}" for moment in found)
            words = _(
                "%(hour)s comes twice in this night: write %(first)s for the first time, or"
                " %(second)s for the second."
            )
            told = {"hour": written, "first": first, "second": second}
            raise ValidationError(words % told, code="twice")
        return found[0].astimezone(UTC)


def _at(day, hour):
    return datetime.combine(day, hour)
