"""Times in forms of staff are never guessed, also when the clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib import admin
from django.test import RequestFactory
from django.utils import timezone

from core.datetime_fields import ExactDateTimeField
from core.datetimes import moments_at
from shows.tests.factories import make_user

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
SECOND = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


class Form(forms.Form):
    at = ExactDateTimeField(required=False)


@pytest.fixture(autouse=True)
def on_the_clock_of_berlin():
    with timezone.override(BERLIN):
        yield


def read(day, hour):
    form = Form({"at_0": day, "at_1": hour})
    return form.cleaned_data["at"] if form.is_valid() else form.errors["at"][0]


@pytest.mark.parametrize(
    ("hour", "moment"),
    [("02:30+02:00", FIRST), ("02:30+01:00", SECOND), ("02:30 +1", SECOND), ("02:30+0100", SECOND)],
)
def test_both_occurrences_can_be_entered(hour, moment):
    assert read("2027-10-31", hour) == moment


def test_the_ambiguity_is_asked_about():
    words = read("2027-10-31", "02:30")
    assert "occurs twice" in words
    assert "02:30+02:00" in words and "02:30+01:00" in words


def test_a_nonexistent_local_time_is_rejected():
    assert "02:30 does not exist" in read("2027-03-28", "02:30")
    assert "02:30 does not exist" in read("2027-03-28", "02:30+01:00")


def test_unambiguous_times_need_no_offset_and_may_have_one():
    noon = datetime(2027, 7, 1, 10, tzinfo=UTC)
    assert read("2027-07-01", "12:00") == noon
    assert read("2027-07-01", "12:00+02:00") == noon
    assert "offset there is +02:00" in read("2027-07-01", "12:00+01:00")
    assert read("", "") is None


@pytest.mark.parametrize("hour", ["12:00+99:00", "12:00+01:75", "+01:00", "x+1", "25:00"])
def test_invalid_times_are_rejected(hour):
    assert isinstance(read("2027-07-01", hour), str)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1969-12-31", "2200-01-01"])
def test_impossible_years_get_a_message(day):
    assert read(day, "00:00") == "Enter a year from 1970 to 2199."


@pytest.mark.parametrize("moment", [FIRST, SECOND, datetime(2027, 7, 1, 10, tzinfo=UTC)])
def test_a_rendered_value_is_read_as_the_same_time(moment):
    field = ExactDateTimeField()
    day, hour = field.widget.decompress(moment)
    assert read(f"{day:%Y-%m-%d}", str(hour)) == moment
    assert not field.has_changed(moment, [f"{day:%Y-%m-%d}", str(hour)])
    assert moment == FIRST or field.has_changed(FIRST, [f"{day:%Y-%m-%d}", str(hour)])


def test_a_local_time_occurs_once_twice_or_never():
    def times(text):
        return len(moments_at(datetime.fromisoformat(text), BERLIN))

    assert times("2027-10-31T02:30") == 2
    assert times("2027-10-31T03:00") == 1
    assert times("2027-03-28T02:30") == 0


@pytest.mark.django_db
def test_every_form_of_the_admin_uses_this_field():
    request = RequestFactory().get("/")
    request.user = make_user(is_staff=True, is_superuser=True)
    found = [
        (page.model.__name__, name, type(field))
        for page in admin.site._registry.values()
        if page.has_change_permission(request) or page.has_add_permission(request)
        for name, field in page.get_form(request, change=False).base_fields.items()
        if isinstance(field, (forms.DateTimeField, forms.SplitDateTimeField))
    ]
    assert ("Performance", "starts_at", ExactDateTimeField) in found
    assert {kind for _model, _name, kind in found} == {ExactDateTimeField}, found
