"""Form fields for dates and times in the current time zone, without guessing ambiguous times."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from .datetimes import check_year, moments_at, offset_of

WITH_OFFSET = re.compile(r"(?P<time>.*?)\s*(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?")


class HourField(forms.TimeField):
    """A time of day, optionally with its UTC offset: "02:30", or "02:30+01:00"."""

    def to_python(self, value: Any) -> time | None:
        found = WITH_OFFSET.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            return super().to_python(value)
        hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
        if hours > 14 or minutes > 59:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        offset = timedelta(hours=hours, minutes=minutes)
        if found["sign"] == "-":
            offset = -offset
        hour = super().to_python(found["time"])
        return hour and hour.replace(tzinfo=timezone(offset))


class ExactDateTimeWidget(UnfoldAdminSplitDateTimeWidget):
    """Show the UTC offset beside a time that occurs twice on its date."""

    def decompress(self, value: datetime | None) -> list[Any]:
        parts = super().decompress(value)
        if value and len(moments_at(datetime.combine(*parts), get_current_timezone())) > 1:
            hour = f"{parts[1]:%H:%M:%S}".removesuffix(":00")
            parts[1] = hour + offset_of(localtime(value))
        return parts


class ExactDateTimeField(forms.SplitDateTimeField):
    """A date and a time. Times that occur twice on the date, or never, are refused with a reason.

    The UTC offset tells two occurrences apart. The value is in UTC, because Python considers an
    ambiguous local time unequal to the same time in another zone.
    """

    widget = ExactDateTimeWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fields = (self.fields[0], HourField(required=False, error_messages=self._time_errors))

    @property
    def _time_errors(self) -> dict[str, Any]:
        return {"invalid": self.error_messages["invalid_time"]}

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list or any(part in self.empty_values for part in data_list):
            return super().compress(data_list)
        day, hour = data_list
        check_year(day)
        found = moments_at(datetime.combine(day, hour.replace(tzinfo=None)), get_current_timezone())
        text = f"{hour:%H:%M}"
        if hour.tzinfo is not None:
            for moment in found:
                if moment.utcoffset() == hour.utcoffset():
                    return moment.astimezone(UTC)
            if found:
                message = _("The UTC offset there is %(right)s at this time, not %(wrong)s.")
                offsets = {"right": offset_of(found[0]), "wrong": offset_of(_at(day, hour))}
                raise ValidationError(message % offsets, code="offset")
        if not found:
            message = _("%s does not exist on this date: the clocks go forward.")
            raise ValidationError(message % text, code="never")
        if len(found) > 1:
            first, second = (f"{text}{offset_of(moment)}" for moment in found)
            message = _(
                "%(hour)s occurs twice on this date: enter %(first)s for the first or %(second)s"
                " for the second."
            )
            values = {"hour": text, "first": first, "second": second}
            raise ValidationError(message % values, code="twice")
        return found[0].astimezone(UTC)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour)
