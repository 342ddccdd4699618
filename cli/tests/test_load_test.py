import json

import pytest
from django.core.management import CommandError

from bookings.models import Order, Place
from cli.load_test import WrongServer, check_household_limit, check_server
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from payments.models import Payment
from shows.catalogue import find_shows
from shows.models import Performance, Show

from .test_boxoffice import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "address",
    [
        *["http://example.org", "http://192.0.2.1:8000", "http://10.0.0.1", "https://127.0.0.1"],
        *["http://127.0.0.1.example.org", "", "http://[::1", "ftp://127.0.0.1", "http://0.0.0.0"],
    ],
)
def test_it_refuses_remote_hosts(address):
    with pytest.raises(WrongServer, match="this machine"):
        check_server(address)


def test_it_accepts_all_names_of_this_machine():
    assert check_server("http://localhost:8000") == ("127.0.0.1", 8000)
    assert check_server("127.0.0.1:81") == ("127.0.0.1", 81)
    assert check_server("http://[::1]:8000/") == ("::1", 8000)


def test_a_crowd_sells_out_and_everything_is_cleaned_up(live_server, settings):
    settings.PAYMENT_PROVIDER = "none"  # It needs no provider, so it works in production too.
    code, output = run(
        *[
            "load-test",
            live_server.url,
            "--visitors",
            14,
            "--concurrent",
            4,
            "--places",
            20,
            "--json",
        ]
    )
    output = json.loads(output)
    assert (code, output["errors"], output["audit"]) == (0, {}, [])
    assert (output["bought"], output["sold_out"], output["visitors"]) == (10, 4, 14)
    assert {step["step"]: step["count"] for step in output["steps"]}["tickets"] == 10
    assert output["steps"][0]["p99"] >= output["steps"][0]["p50"] > 0
    performance = Performance.objects.get()
    assert performance.status == "cancelled"
    assert Order.objects.cancelled().count() == 10
    assert not Place.objects.sold().exists() and not Payment.objects.exists()
    assert Show.objects.get().is_unlisted
    assert not find_shows(query="", past=True).exists()
    render_due_emails(batch=100)
    assert set(OutboxEmail.objects.values_list("state", flat=True)) == {"skipped"}


def test_too_large_a_crowd_for_one_address_is_refused_with_the_name_of_the_setting(settings):
    with pytest.raises(CommandError, match="LIFT_ADDRESS_LIMITS=true"):
        run("load-test", "http://127.0.0.1:9", "--concurrent", 16, "--places", 300)
    assert not Performance.objects.exists()
    settings.LIFT_ADDRESS_LIMITS = True
    with pytest.raises(CommandError, match="No server answers"):
        run("load-test", "http://127.0.0.1:9", "--concurrent", 16, "--places", 300)


def test_the_default_crowd_is_no_larger_than_one_address_may_be():
    check_household_limit(visitors=200, concurrent=8, places=300)


def test_another_server_is_left_alone_and_nothing_stays_on_sale():
    with pytest.raises(CommandError, match="No server answers"):
        run("load-test", "http://127.0.0.1:9", "--visitors", 1)
    assert Performance.objects.get().status == "cancelled"
