"""`manage.py boxoffice` without a sub-command: a numbered menu."""

from io import StringIO

import pytest
from django.core.management import call_command

from bookings.models import LedgerEntry
from bookings.tests.factories import make_paid_order, make_sale
from core.version import VERSION
from waitingroom.models import Lane
from waitingroom.tests.factories import make_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def menu(monkeypatch):
    """Return a function that answers the menu's questions in turn and returns (output, errors)."""

    def choose(*answers):
        left = iter(answers)

        def answer(_question):
            try:
                return str(next(left))
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        out, err = StringIO(), StringIO()
        call_command("boxoffice", stdout=out, stderr=err)
        assert next(left, None) is None, "The menu ended before all answers were given."
        return out.getvalue(), err.getvalue()

    return choose


def test_it_lists_numbered_entries_and_exits(menu):
    output, _errors = menu(5)
    assert "1  Availability" in output and "5  Exit" in output


def test_it_shows_availability_and_comes_back(menu):
    sale = make_sale()
    output, _errors = menu(1, sale.pk, 5)
    assert "Stalls" in output
    assert output.count("Concert box office") == 2


def test_it_queues_a_test_visitor_and_admits_the_next(menu):
    room = make_room(performance=make_sale())
    output, errors = menu(2, room.pk, 3, room.pk, 5)
    assert "position: 1" in output and "admitted: " in output
    assert errors == ""
    assert Lane.objects.filter(room=room.pk).exists()


def test_it_shows_the_last_ten_transactions(menu):
    orders = [make_paid_order() for _ in range(3)]
    assert LedgerEntry.objects.count() >= 9
    output, _errors = menu(4, 5)
    assert orders[-1].reference in output


def test_it_shows_errors_and_continues(menu):
    output, errors = menu("seven", 9, 1, "x", 1, 4711, 5)
    assert "“seven” is not in the menu." in errors
    assert "“x” is not a number" in errors
    assert "no performance 4711" in errors
    assert output.count("Concert box office") == 5


def test_it_ends_with_the_input(menu):
    menu()


def test_it_has_a_version(capsys):
    with pytest.raises(SystemExit):
        call_command("boxoffice", "--version")
    assert capsys.readouterr().out.strip() == VERSION
