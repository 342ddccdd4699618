"""Owing letters."""

import time

import pytest
from django.db import transaction

from letters.models import Letter
from letters.owing import owe_letter, owe_letters
from letters.writing import write_owed_letters

from .factories import make_owed

pytestmark = pytest.mark.django_db


def test_it_owes_a_letter_once_however_often_it_is_said():
    make_owed(key="confirmation:K7F39QXM", about={"order": "K7F39QXM"})
    make_owed(key="confirmation:K7F39QXM", about={"order": "another"})

    letter = Letter.objects.get()
    assert letter.about == {"order": "K7F39QXM"}
    assert letter.written_at is None


def test_it_takes_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        owe_letter(kind="greeting", key="a", to="a@example.org", about={})


def test_it_owes_many_in_one_statement(django_assert_num_queries):
    letters = [
        {"kind": "greeting", "key": str(n), "to": "a@example.org", "about": {}} for n in range(200)
    ]
    with transaction.atomic(), django_assert_num_queries(1):
        owe_letters(letters)
    assert Letter.objects.owed().count() == 200


def test_nothing_is_owed_to_nobody():
    owe_letter(kind="greeting", key="a", to="", about={})
    owe_letters([{"kind": "greeting", "key": "b", "to": "", "about": {}}])
    assert not Letter.objects.exists()


def test_a_letter_goes_with_the_fact_that_it_tells_of():
    class FactUndone(Exception):
        pass

    with pytest.raises(FactUndone), transaction.atomic():
        make_owed()
        raise FactUndone
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_away", "writers")
def test_with_redis_away_it_is_owed_at_once_and_written_when_beat_comes_round():
    started = time.monotonic()
    with transaction.atomic():
        make_owed()
    assert time.monotonic() - started < 5, "Celery by itself would try for six seconds."

    write_owed_letters()
    assert Letter.objects.get().email is not None


def test_it_nudges_once_committed(django_capture_on_commit_callbacks, monkeypatch):
    queued = []
    monkeypatch.setattr("concert.nudge._queue_once", lambda *what: queued.append(what))
    with django_capture_on_commit_callbacks(execute=True):
        make_owed()
        assert queued == []
    assert queued == [("letters.tasks.write_owed_letters", ())]
