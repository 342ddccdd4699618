"""Repeat a performance in the admin: preview, create, and show refusals at the fields."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from shows.models import Performance

from .factories import make_performance

pytestmark = pytest.mark.django_db

RANGE = {
    "confirmed": "yes",
    "first": "2035-03-01",
    "last": "2035-03-10",
    "weekdays": ["4", "5"],  # Fridays and Saturdays: 2, 3, 9, 10 March.
    "hours": "15:00, 20:00",
}


def staff(role=Role.MANAGER):
    browser = Client()
    browser.force_login(make_staff(role))
    return browser


def make_monthly_sale():
    return make_performance(starts_at=datetime(2035, 2, 1, 19, tzinfo=UTC))


def url(performance):
    return reverse("admin:shows_performance_repeat", args=[performance.pk])


def errors_of(response):
    assert response.status_code == 422
    return response.context["form"].errors


def test_the_page_has_a_button_and_the_start_time_is_filled_in():
    performance, browser = make_monthly_sale(), staff()
    page = reverse("admin:shows_performance_change", args=[performance.pk])
    assert url(performance) in browser.get(page).content.decode()
    assert 'value="20:00"' in browser.get(url(performance)).content.decode()


def test_it_previews_the_dates_and_then_creates_them():
    performance, browser = make_monthly_sale(), staff()
    shown = browser.post(url(performance), RANGE)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "Create 8 drafts" in page
    assert "Fri 2 Mar 2035, 15:00" in page and "Sat 10 Mar 2035, 20:00" in page
    assert Performance.objects.count() == 1

    seen = {"shown": shown.context["form"].data["shown"]}
    done = browser.post(url(performance), RANGE | seen, follow=True)
    assert "8 drafts created" in done.content.decode()
    starts = Performance.objects.exclude(pk=performance.pk).values_list("starts_at", flat=True)
    berlin = [start.astimezone(ZoneInfo("Europe/Berlin")) for start in sorted(starts)]
    assert [f"{start:%d %H}" for start in berlin][:3] == ["02 15", "02 20", "03 15"]
    assert LogEntry.objects.filter(change_message__contains="Copied from").count() == 8


def test_a_post_without_a_preview_gets_the_preview():
    performance, browser = make_monthly_sale(), staff()
    seen = browser.post(url(performance), RANGE).context["form"].data["shown"]
    other = RANGE | {"shown": seen, "hours": "20:00"}
    assert "Create 4 drafts" in browser.post(url(performance), other).content.decode()
    assert Performance.objects.count() == 1


def test_dates_can_be_listed_one_by_one():
    performance, browser = make_monthly_sale(), staff()
    listed = {"confirmed": "yes", "dates": "2035-03-04\n2035-03-06, 2035-03-04", "hours": "19:30"}
    assert "Create 2 drafts" in browser.post(url(performance), listed).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"first": "", "last": "", "weekdays": []}, "dates", "date range or single dates"),
        ({"last": ""}, "last", "needs this field too"),
        ({"weekdays": []}, "weekdays", "needs this field too"),
        ({"weekdays": ["8"]}, "weekdays", "not one of the available"),
        ({"last": "2035-02-01"}, "last", "before the first"),
        ({"last": "2039-02-01"}, "last", "two years"),
        ({"first": "tomorrow"}, "first", "valid date"),
        ({"dates": "2035-03-04\n31 Feb"}, "dates", "31 Feb: Enter a valid date"),
        ({"hours": ""}, "hours", "required"),
        ({"hours": "eight"}, "hours", "eight: Enter a valid time"),
        ({"hours": "20:00 20:30"}, "weekdays", "before the performance at 20:00 ends"),
        ({"dates": "2001-01-01"}, "dates", "is in the past"),
        ({"first": "0001-01-01", "last": "0001-01-10"}, "first", "Enter a year"),
    ],
)
def test_errors_are_shown_at_the_field(changes, field, words):
    performance = make_monthly_sale()
    errors = errors_of(staff().post(url(performance), RANGE | changes))
    assert words in " ".join(errors[field])
    assert Performance.objects.count() == 1


def test_a_conflict_is_shown_at_the_dates_and_nothing_is_created():
    performance, browser = make_monthly_sale(), staff()
    seen = browser.post(url(performance), RANGE).context["form"].data["shown"]
    make_performance(plan=performance.plan, starts_at=datetime(2035, 3, 3, 14, tzinfo=UTC))
    response = browser.post(url(performance), RANGE | {"shown": seen})
    assert "Sat 3 Mar 2035, 15:00 clashes with Nachtmusik" in errors_of(response)["weekdays"][0]
    assert Performance.objects.count() == 2


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_it_needs_the_permission_to_add_performances(role):
    performance = make_monthly_sale()
    assert staff(role).post(url(performance), RANGE).status_code == 403
    assert staff().get(url(performance).replace(str(performance.pk), "999")).status_code == 404
