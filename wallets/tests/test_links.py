"""The buttons for wallets: only where one is configured and usable."""

import pytest

from bookings.tests.browsing import browser_of
from bookings.tests.factories import make_customer, make_hold, make_paid_order, make_sale
from wallets.configuration import clear_cached_keys

from . import authority
from .pass_files import read_bundle, read_pass

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def order(alice):
    return make_paid_order(hold=make_hold(customer=alice))


def page_of(alice, order):
    return browser_of(alice).get(f"/tickets/{order.reference}/").content.decode()


def test_without_keys_there_is_no_button_and_no_pass(alice, order):
    assert "Wallet" not in page_of(alice, order)
    browser = browser_of(alice)
    here = f"/tickets/{order.reference}/"
    assert browser.get(f"{here}apple/").url == browser.post(f"{here}google/").url
    assert (
        "This wallet isn&#x27;t available" in browser.get(order.get_absolute_url()).content.decode()
    )


def test_with_keys_there_are_both(alice, order, apple, google):
    page = page_of(alice, order)
    assert f'<a class="btn" href="/tickets/{order.reference}/apple/">Add all to Apple' in page
    assert f'<form method="post" action="/tickets/{order.reference}/google/">' in page
    assert "Google receives the details of your tickets only when you add them." in page
    # The link with the tickets is not in the page.
    assert "pay.google.com" not in page


def test_a_large_order_has_a_button_for_each_bundle(alice, apple, tmp_path):
    """Wallet takes ten passes at once."""
    labels = [f"{row}{seat}" for row in "AB" for seat in range(1, 11)] + ["C1"]
    performance = make_sale(customer_limit=30)
    hold = make_hold(performance=performance, labels=labels, customer=alice)
    order = make_paid_order(hold=hold)
    page, here = page_of(alice, order), f"/tickets/{order.reference}/apple/"
    for part, tickets in (("1", "1–10"), ("2", "11–20"), ("3", "21")):
        assert f'href="{here}?part={part}">Add tickets to Apple Wallet: {tickets}</a>' in page
    browser = browser_of(alice)
    parts = [browser.get(f"{here}?part={part}").content for part in (1, 2)]
    bundles = [read_bundle(content, tmp_path) for content in parts]
    assert [len(bundle) for bundle in bundles] == [10, 10]
    last = read_pass(browser.get(f"{here}?part=3").content, tmp_path)
    passes = [one["pass.json"] for one in (*bundles[0], *bundles[1], last)]
    assert len({one["serialNumber"] for one in passes}) == 21
    for part in ("4", "0", "-1", "x", "9" * 40):
        assert browser.get(f"{here}?part={part}").status_code == 404


def test_an_expired_certificate_hides_the_button(alice, order, apple, settings):
    assert "Apple Wallet" in page_of(alice, order)
    old = authority.pass_certificate("Old", days=(-400, -1))
    changes = {"certificate": old.pem, "private_key": old.key_pem}
    settings.APPLE_WALLET = settings.APPLE_WALLET | changes
    clear_cached_keys()
    assert "Apple Wallet" not in page_of(alice, order)
