"""Repeat a performance on other dates, after a preview."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from core.admin.confirmation import ShownForm, confirm, was_confirmed
from core.datetimes import check_year
from shows.models import Performance
from shows.repeat_performance import (
    CannotRepeat,
    dates_on_weekdays,
    format_start,
    repeat_errors,
    repeat_performance,
    start_times,
)

from .calendar import calendar_of

LONGEST = timedelta(days=731)


class ListField(forms.CharField):
    """Several values in one text: each parsed by the field `kind`, separated by `between`."""

    def __init__(self, *, kind: Any, between: Any, **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.between = kind, between

    def clean(self, value: Any) -> list[Any]:
        texts = (text.strip() for text in re.split(self.between, super().clean(value)))
        return [self._read(text) for text in texts if text]

    def _read(self, text):
        try:
            return self.kind.clean(text)
        except forms.ValidationError as error:
            raise forms.ValidationError(f"{text[:40]}: {' '.join(error.messages)}") from None


class RepeatForm(ShownForm):
    """The dates, by range and weekday or one by one, and the start times."""

    first = forms.DateField(
        label=gettext_lazy("first date"),
        required=False,
        validators=[check_year],
        widget=UnfoldAdminSingleDateWidget,
    )
    last = forms.DateField(
        label=gettext_lazy("last date"),
        required=False,
        validators=[check_year],
        widget=UnfoldAdminSingleDateWidget,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("weekdays"),
        required=False,
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("From the first date to the last."),
    )
    skipped = ListField(
        label=gettext_lazy("skipped dates"),
        required=False,
        max_length=4000,
        kind=forms.DateField(validators=[check_year]),
        between=r"[\n,;]",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Days of the range without a performance, one per line."),
    )
    dates = ListField(
        label=gettext_lazy("single dates"),
        required=False,
        max_length=4000,
        kind=forms.DateField(validators=[check_year]),
        between=r"[\n,;]",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("One per line, such as 2027-03-24."),
    )
    hours = ListField(
        label=gettext_lazy("start times"),
        max_length=100,
        kind=forms.TimeField(),
        between=r"[\s,;]+",
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Venue local time, such as 15:00, 20:00."),
    )

    def __init__(self, data: Any, *, performance: Performance) -> None:
        start = performance.starts_at.astimezone(performance.venue.zone)
        super().__init__(data, initial={"hours": date_format(start, "H:i")})
        self.performance = performance
        self.starts: list[datetime] = []

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        days = self._days(data)
        if self.errors:
            return data
        try:
            self.starts = start_times(days, data["hours"], self.performance.venue.zone)
        except CannotRepeat as refusal:
            self.add_error("hours", refusal.faults)
        else:
            self.refuse(repeat_errors(self.performance, self.starts))
        return data

    def refuse(self, faults: list[str]) -> None:
        """Add errors to the field that the dates come from."""
        if faults:
            self.add_error("dates" if self.cleaned_data.get("dates") else "weekdays", faults)

    def _days(self, data):
        first, last, weekdays = data.get("first"), data.get("last"), data.get("weekdays")
        listed = data.get("dates") or []
        if not (first or last or weekdays):
            if not listed and "dates" not in self.errors:
                self.add_error("dates", _("Enter a date range or single dates."))
            return listed
        for name in ("first", "last", "weekdays"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("A date range needs this field too."))
        if not (first and last and weekdays):
            return listed
        if last < first:
            self.add_error("last", _("The last date is before the first date."))
        elif last - first > LONGEST:
            self.add_error("last", _("The range can be at most two years."))
        else:
            return [*listed, *self._without_skipped(dates_on_weekdays(first, last, weekdays))]
        return listed

    def _without_skipped(self, days):
        skipped = self.cleaned_data.get("skipped") or []
        if unknown := sorted(set(skipped) - set(days)):
            message = _("These are not dates of the series: %s.")
            names = ", ".join(date_format(day, "SHORT_DAY") for day in unknown)
            self.add_error("skipped", message % names)
        return [day for day in days if day not in skipped]


class RepeatPage(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    _performance: Callable[..., Performance]

    @action(
        description=gettext_lazy("Repeat on other dates"),
        url_path="repeat",
        icon="content_copy",
        permissions=["repeat"],
    )
    def repeat(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Create drafts of the performance on other dates, after a preview."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        with timezone.override(performance.venue.zone):
            form = RepeatForm(
                request.POST if was_confirmed(request) else None, performance=performance
            )
            shown = was_confirmed(request) and form.is_valid() and form.has_shown(form.starts)
            if shown and self._repeat(request, performance, form):
                lists = reverse("admin:shows_performance_changelist")
                return redirect(f"{lists}?show__id__exact={performance.show_id}")
            count = len(form.starts) if form.is_bound and form.is_valid() else 0
            button = ngettext("Create %d draft", "Create %d drafts", count) % count
            return confirm(
                request,
                self,
                title=_("Repeat %s") % performance,
                button=button if count else _("Preview"),
                form=form,
                text=_("Creates drafts with the same prices, concessions and sales settings."),
                outcome=_listed(form) if count else "",
                back=page,
            )

    def has_repeat_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Allow staff who can add performances."""
        return self.has_add_permission(request)

    def _repeat(self, request: HttpRequest, performance: Performance, form: Any) -> bool:
        try:
            copies = repeat_performance(performance=performance, starts=form.starts)
        except CannotRepeat as refusal:
            form.refuse(refusal.faults)
            return False
        for copy in copies:
            self.log_addition(request, copy, _("Copied from %s.") % performance)
        message = ngettext("%d draft created", "%d drafts created", len(copies))
        messages.success(request, message % len(copies))
        return True


def _listed(form):
    """Return the dates as a calendar, and as a list."""
    return format_html(
        "<h2>{}</h2>{}<details><summary>{}</summary>"
        '<ol class="list-decimal ml-6">{}</ol></details>',
        _("Drafts to create"),
        calendar_of(form.starts, form.cleaned_data.get("skipped") or []),
        _("As a list"),
        format_html_join("", "<li>{}</li>", ([format_start(start)] for start in form.starts)),
    )
