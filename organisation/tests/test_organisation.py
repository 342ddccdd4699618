"""The organisation's settings, and the one way to read them."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from organisation.current import clear_cached_organisation, current_organisation
from organisation.models import Organisation
from organisation.tests.factories import set_organisation

pytestmark = pytest.mark.django_db


def test_there_is_one():
    assert Organisation.objects.count() == 1
    with pytest.raises(IntegrityError):
        Organisation.objects.create(pk=2)


def test_a_change_applies_at_once_in_this_process():
    assert current_organisation().hold_minutes == 8
    set_organisation(hold_minutes=12)
    assert current_organisation().hold_time.total_seconds() == 12 * 60


def test_it_is_read_once_a_second(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("organisation.current.SECONDS", 60.0)
    clear_cached_organisation()
    # The organisation, its texts and its mail server.
    with django_assert_num_queries(3):
        for _ in range(50):
            current_organisation()


def test_the_last_row_stays_while_the_database_is_unavailable(monkeypatch):
    set_organisation(name="Gasworks")
    assert current_organisation().name == "Gasworks"

    attempts = []

    def unavailable():
        attempts.append(1)
        raise OperationalError

    monkeypatch.setattr("organisation.models.Organisation.objects.first", unavailable)
    clear_cached_organisation()
    for _ in range(3):
        assert current_organisation().name == "Gasworks"
    assert len(attempts) == 1  # Nobody waits for the database again at once.


def test_requests_and_tasks_use_its_time_zone(client):
    from celery import shared_task

    set_organisation(time_zone="Asia/Tokyo")

    @shared_task
    def zone_of_task():
        return timezone.get_current_timezone_name()

    assert zone_of_task.apply().get() == "Asia/Tokyo"
    timezone.deactivate()
    seen = []

    from organisation.time_zone import organisation_time_zone

    organisation_time_zone(lambda request: seen.append(timezone.get_current_timezone_name()))(None)
    assert seen == ["Asia/Tokyo"]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ({}, "Concert <tickets@concert.example>"),
        ({"name": "Gasworks", "sender_address": "a@b.example"}, "Gasworks <a@b.example>"),
        (
            {"sender_name": "Müller, Konzerte", "sender_address": "a@b.example"},
            '"Müller, Konzerte" <a@b.example>',
        ),
    ],
)
def test_the_sender_is_a_name_and_an_address(fields, sender):
    assert Organisation(**fields).sender == sender


def test_newsletters_can_have_another_sender():
    organisation = Organisation(sender_address="a@b.example")
    assert organisation.news_sender == organisation.sender
    organisation.news_address = "news@b.example"
    assert organisation.news_sender == "Concert <news@b.example>"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("accent", "#ffcc00", "1.1 to 1, and 4.5 to 1 is needed"),
        ("accent", "red", "Enter a colour such as"),
        ("accent_dark", "#552200", "dark background"),
        ("currency", "XXY", "is not a currency"),
        ("time_zone", "Mars/Base", "is not a time zone"),
        ("shared_networks", "192.0.2.0/24\n192.0.2.1/24", "is not a network"),
        ("social_links", "javascript:alert(1)", "is not a link"),
        ("social_links", "\n".join(["https://a.example"] * 11), "at most 10"),
        ("hold_minutes", 0, "greater than or equal to 1"),
        ("hold_minutes", 61, "less than or equal to 60"),
        ("household_limit_percent", 101, "less than or equal to 100"),
        ("name", "a\nb", "single line"),
        ("language", "xx", "not a valid choice"),
    ],
)
def test_it_refuses_in_words(field, value, words):
    with pytest.raises(ValidationError) as refusal:
        Organisation(**{field: value}).clean_fields()
    assert words in " ".join(refusal.value.message_dict[field])


def test_the_suggested_accent_is_accepted():
    with pytest.raises(ValidationError) as refusal:
        Organisation(accent="#ff6600").clean_fields()
    suggestion = refusal.value.message_dict["accent"][0].split("needed. ")[1][:7]
    Organisation(accent=suggestion).clean_fields()


def test_the_dark_accent_follows_from_the_accent():
    assert Organisation().accents is None
    light, dark = Organisation(accent="#003355").accents
    assert light == "#003355"
    Organisation(accent=light, accent_dark=dark).clean_fields()


def test_links_are_named_by_their_site():
    organisation = Organisation(
        social_links="https://www.instagram.com/gasworks\nhttps://gasworks.example/"
    )
    assert organisation.links == [
        ("Instagram", "https://www.instagram.com/gasworks"),
        ("gasworks.example", "https://gasworks.example/"),
    ]


def test_threads_read_it_together():
    """Many threads, one object: nobody sees a half-read row."""
    set_organisation(name="Gasworks")
    current_organisation()
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(current_organisation())) for _ in range(8)
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len({id(found) for found in seen}) == 1
