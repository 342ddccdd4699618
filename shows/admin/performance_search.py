"""Find performances in the admin by words and days, the next ones first."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import DateField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.datetimes import FIRST_YEAR, LAST_YEAR
from shows.querysets import nearness

MONTH = re.compile(r"[12]\d{3}-\d{2}")
# Reads days as they are written in the language of the page, and as 2026-12-04.
DAY = DateField()


class PerformanceSearch(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    search_fields = ["show__title", "show__artists__name", "venue__name", "venue__city"]
    search_help_text = _("Show, artist, venue, city or day (2026-12-04)")

    def get_ordering(self, request: HttpRequest) -> Any:
        is_past, distance = nearness()
        return [is_past.asc(), distance.asc(), "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Take words that are days or months (2026-12) for the time of the start."""
        words = []
        for word in search_term.split():
            if days := _days(word):
                queryset = queryset.filter(_starts_within(*days))
            else:
                words.append(word)
        found: Any
        found, may_repeat = super().get_search_results(request, queryset, " ".join(words))
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            found = found.select_related("show", "venue")
        return found, may_repeat


def _days(word: str) -> tuple[date, date] | None:
    """Return the first day of what the word means, and the day after the last one."""
    is_month = MONTH.fullmatch(word) is not None
    try:
        first = DAY.to_python(f"{word}-01" if is_month else word)
    except ValidationError:
        return None
    if first is None or not FIRST_YEAR <= first.year < LAST_YEAR:
        return None
    end = (first + timedelta(days=31)).replace(day=1) if is_month else first + timedelta(days=1)
    return first, end


def _starts_within(first: date, end: date) -> Q:
    since, until = (timezone.make_aware(datetime.combine(day, time())) for day in (first, end))
    return Q(starts_at__gte=since, starts_at__lt=until)
