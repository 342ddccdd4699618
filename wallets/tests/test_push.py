"""Phones are told of changed passes by push notifications."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.resend import reissue_tickets
from bookings.tests.browsing import browser_of
from bookings.tests.factories import make_customer, make_hold, make_paid_order
from shows.models import Performance
from wallets.apple import web_service
from wallets.configuration import apple_signer
from wallets.models import PassRegistration, WalletPass
from wallets.passes import passes_of
from wallets.updates import delete_old_passes, update_passes

from . import authority
from .apns import push_server
from .devices import Device

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("apple")]


@pytest.fixture
def apns(tmp_path, settings):
    with push_server(tmp_path) as server:
        settings.APPLE_PUSH_URL = server.url
        settings.APPLE_PUSH_CA = str(tmp_path / "root.pem")
        yield server


@pytest.fixture
def order():
    return make_paid_order()


def register(order, device="phone", push_token="cafe01"):
    passes = passes_of(order, WalletPass.Kind.APPLE)
    for one in passes:
        web_service.register(wallet_pass=one, device=device, push_token=push_token)
    return passes


def tokens(server):
    return [headers[":path"].removeprefix("/3/device/") for headers in server.received]


def waiting():
    return WalletPass.objects.to_notify().count()


def test_each_phone_is_told_once_of_all_its_changes(apns, order):
    register(order)
    register(order, "tablet", "cafe02")
    update_passes()
    assert apns.received == []
    reissue_tickets(order=order, actor="test")
    update_passes()
    assert sorted(tokens(apns)) == ["cafe01", "cafe02"]
    assert {headers["apns-topic"] for headers in apns.received} == {authority.PASS_TYPE}
    assert set(apns.certificates) == {authority.PASS_TYPE}
    update_passes()
    assert len(apns.received) == 2 and waiting() == 0


def test_from_the_download_to_a_void_pass(apns, live_server, tmp_path):
    """A phone adds a ticket, is told that it was cancelled, and fetches the void pass."""
    customer = make_customer()
    order = make_paid_order(hold=make_hold(customer=customer, labels=["A1"]))
    phone = Device(live_server.url, tmp_path, push_token="cafe03")
    file = browser_of(customer).get(f"/tickets/{order.reference}/apple/").content
    assert phone.add(file) == 201
    phone.refresh()
    [serial] = phone.passes
    assert "voided" not in phone.passes[serial]
    cancel_tickets(order=order, actor="test")
    update_passes()
    assert tokens(apns) == ["cafe03"]
    assert phone.refresh() == [serial] and phone.passes[serial]["voided"] is True


def test_a_phone_that_is_gone_is_forgotten(apns, order):
    register(order)
    register(order, "tablet", "cafe02")
    apns.answers = {"cafe01": (410, "Unregistered")}
    reissue_tickets(order=order, actor="test")
    update_passes()
    assert set(PassRegistration.objects.values_list("push_token", flat=True)) == {"cafe02"}
    assert waiting() == 0


def test_what_could_not_be_sent_is_sent_later(apns, order, settings):
    register(order)
    reissue_tickets(order=order, actor="test")
    settings.APPLE_PUSH_URL = "https://localhost:9"
    update_passes()
    assert waiting() == 2
    settings.APPLE_PUSH_URL = apns.url
    apns.answers = {"cafe01": (503, "ServiceUnavailable")}
    update_passes()
    assert waiting() == 2 and PassRegistration.objects.count() == 2
    apns.answers = {}
    update_passes()
    assert waiting() == 0 and tokens(apns) == ["cafe01", "cafe01"]


def test_a_change_while_it_is_sent_is_told_as_well(apns, order, monkeypatch):
    register(order)
    reissue_tickets(order=order, actor="test")

    def change_meanwhile(*args):
        WalletPass.objects.update(changed_at=F("changed_at") + timedelta(seconds=5))
        return {"cafe01"}, set()

    monkeypatch.setattr("wallets.updates.push", change_meanwhile)
    update_passes()
    assert waiting() == 2


def test_a_server_that_is_not_apples_is_not_told(apns, order, settings):
    settings.APPLE_PUSH_CA = ""
    register(order)
    reissue_tickets(order=order, actor="test")
    update_passes()
    assert apns.received == [] and waiting() == 2


def test_the_key_is_left_on_no_disk(apns, order, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "keys"))
    (tmp_path / "keys").mkdir()
    register(order)
    reissue_tickets(order=order, actor="test")
    update_passes()
    assert tokens(apns) == ["cafe01"]
    assert list((tmp_path / "keys").iterdir()) == []


def test_passes_and_phones_are_forgotten_a_month_after_the_show(order):
    register(order)
    performance = Performance.objects.filter(pk=order.performance_id)
    performance.update(starts_at=timezone.now() - timedelta(days=29))
    assert delete_old_passes() == 0
    performance.update(starts_at=timezone.now() - timedelta(days=31))
    delete_old_passes()
    assert not WalletPass.objects.exists() and not PassRegistration.objects.exists()


def test_without_a_certificate_nothing_is_sent(order, settings):
    register(order)
    assert apple_signer()
    settings.APPLE_WALLET = settings.APPLE_WALLET | {"certificate": b""}
    from wallets.configuration import clear_cached_keys

    clear_cached_keys()
    reissue_tickets(order=order, actor="test")
    update_passes()
    assert waiting() == 2
