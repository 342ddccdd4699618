"""Apple's web service to update passes, from registering to a void pass, with a client of ours."""

from datetime import timedelta

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.resend import reissue_tickets
from bookings.documents.ticket_codes import code_of
from bookings.models import Ticket
from bookings.staff_operations.order_transfers import merge_orders, split_order
from bookings.staff_operations.performance_cancellation import cancel_performance
from bookings.tests.browsing import browser_of
from bookings.tests.factories import make_customer, make_hold, make_paid_order
from shows.models import Performance, Show
from wallets.apple.pass_file import pass_file
from wallets.configuration import apple_signer
from wallets.models import PassRegistration, WalletPass
from wallets.passes import note_changes, passes_of, token_of

from .devices import Device

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("apple")]


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def order(alice):
    return make_paid_order(hold=make_hold(customer=alice))


@pytest.fixture
def phone(order, live_server, tmp_path):
    """A phone with both passes of the order, registered."""
    phone = Device(live_server.url, tmp_path)
    add_all(phone, order)
    phone.refresh()
    return phone


def add_all(device, order):
    for one in passes_of(order, WalletPass.Kind.APPLE):
        assert device.add(pass_file(one, apple_signer())) == 201


def serials(order):
    return {f"{ticket.pk}-{ticket.version}" for ticket in order.tickets.all()}


def only(values):
    [value] = values
    return value


def test_without_changes_there_is_nothing_to_fetch(phone, order):
    assert PassRegistration.objects.count() == 2
    assert phone.refresh() == []
    for serial in serials(order):
        assert not phone.fetch(serial)


def test_registering_again_changes_the_push_token_only(phone, order):
    phone.push_token = "cafe02"
    for described in list(phone.passes.values()):
        path = phone.registration(described)
        assert phone.call("POST", path, described, {"pushToken": "cafe02"})[0] == 200
    assert set(PassRegistration.objects.values_list("push_token", flat=True)) == {"cafe02"}


def test_a_reissued_ticket_makes_its_pass_void_and_does_not_give_it_the_new_code(phone, order):
    first, second = order.tickets.order_by("pk")
    reissue_tickets(order=order, actor="test", ticket_ids=[first.pk])
    assert phone.refresh() == [f"{first.pk}-1"]
    void = phone.passes[f"{first.pk}-1"]
    assert void["voided"] is True and "barcodes" not in void
    assert phone.passes[f"{second.pk}-1"].get("voided") is None
    first.refresh_from_db()
    assert code_of(first) not in str(void)
    # The new pass is another one.
    add_all_new = [one.serial for one in passes_of(order, WalletPass.Kind.APPLE)]
    assert sorted(add_all_new) == sorted([f"{first.pk}-2", f"{second.pk}-1"])
    assert phone.refresh() == []


def test_a_cancelled_ticket_makes_its_pass_void(phone, order):
    first = order.tickets.order_by("pk").first()
    cancel_tickets(order=order, ticket_ids=[first.pk], actor="test")
    assert phone.refresh() == [f"{first.pk}-1"]
    assert phone.passes[f"{first.pk}-1"]["voided"] is True


def test_a_ticket_that_moves_to_a_friend_leaves_a_void_pass_without_their_name(phone, order):
    ticket = order.tickets.order_by("pk").first()
    split_order(
        order=order,
        ticket_ids=[ticket.pk],
        name="Bob Baker",
        email="bob@example.org",
        actor="test",
        reason="A friend",
        request_key="once",
    )
    Ticket.objects.filter(pk=ticket.pk).update(holder="Bob Baker")
    assert phone.refresh() == [f"{ticket.pk}-1"]
    void = phone.passes[f"{ticket.pk}-1"]
    assert void["voided"] is True and "Bob" not in str(void)


def test_merged_orders_keep_their_passes(phone, order, alice):
    other = make_paid_order(hold=make_hold(performance=order.performance, labels=["B1"]))
    merge_orders(source=order, target=other, actor="test", reason="Twice")
    assert set(phone.refresh()) == serials(other) - {
        f"{other.tickets.get(label__contains='B').pk}-1"
    }
    for described in phone.passes.values():
        assert "voided" not in described
        assert described["groupingIdentifier"] == other.reference


def test_a_cancelled_show_makes_all_passes_void(phone, order):
    cancel_performance(performance=order.performance, actor="test", reason="Ill")
    assert set(phone.refresh()) == serials(order)
    assert all(described["voided"] for described in phone.passes.values())


def test_every_change_reaches_a_phone_once(phone, order):
    """Also several within a second, which HTTP dates do not distinguish."""
    performance = Performance.objects.filter(pk=order.performance_id)
    for hours in (1, 2, 3):
        performance.update(starts_at=order.performance.starts_at + timedelta(hours=hours))
        assert set(phone.refresh()) == serials(order)
        assert phone.refresh() == []
    Show.objects.update(title="Another name")
    assert set(phone.refresh()) == serials(order)
    assert "Another name" in str(only({one["description"] for one in phone.passes.values()}))


def test_what_changed_before_a_phone_registered_is_not_lost(order, live_server, tmp_path):
    """The file was downloaded, then the ticket cancelled, then the file was added."""
    phone = Device(live_server.url, tmp_path)
    one, _two = passes_of(order, WalletPass.Kind.APPLE)
    data = pass_file(one, apple_signer())
    cancel_tickets(order=order, ticket_ids=[one.ticket_id], actor="test")
    assert phone.add(data) == 201
    assert phone.refresh() == [one.serial]
    assert phone.passes[one.serial]["voided"] is True


def test_each_phone_has_its_own_tag(phone, order, live_server, tmp_path):
    other = Device(live_server.url, tmp_path, name="device-2", push_token="beef")
    add_all(other, order)
    other.refresh()
    first = order.tickets.order_by("pk").first()
    reissue_tickets(order=order, actor="test", ticket_ids=[first.pk])
    for device in (phone, other):
        assert device.refresh() == [f"{first.pk}-1"]


def test_a_pass_that_was_removed_is_no_longer_followed(phone, order):
    serial = min(serials(order))
    described = phone.passes[serial]
    assert phone.remove(serial) == 200
    reissue_tickets(order=order, actor="test")
    assert phone.refresh() == [max(serials(order)).replace("-2", "-1")]
    assert phone.call("DELETE", phone.registration(described), described)[0] == 200


@pytest.mark.parametrize("token", ["", "wrong", "of another pass"])
def test_nothing_is_given_without_the_token_of_the_pass(phone, order, token):
    first, second = phone.passes.values()
    if token == "of another pass":
        token = token_of(second["serialNumber"])
    forged = first | {"authenticationToken": token}
    path = f"/v1/passes/{first['passTypeIdentifier']}/{first['serialNumber']}"
    assert phone.call("GET", path, forged)[0] == 401
    registration = phone.registration(first)
    assert phone.call("POST", registration, forged, {"pushToken": "dead"})[0] == 401
    assert phone.call("DELETE", registration, forged)[0] == 401
    assert phone.call("GET", path)[0] == 401
    assert PassRegistration.objects.filter(push_token="cafe01").count() == 2


@pytest.mark.parametrize(
    ("kind", "serial"), [("pass.org.other", "{serial}"), ("{kind}", "99999-1"), ("{kind}", "x")]
)
def test_unknown_passes_are_refused(phone, order, kind, serial):
    described = next(iter(phone.passes.values()))
    kind = kind.format(kind=described["passTypeIdentifier"])
    serial = serial.format(serial=described["serialNumber"])
    forged = described | {"authenticationToken": token_of(serial)}
    assert phone.call("GET", f"/v1/passes/{kind}/{serial}", forged)[0] == 401


@pytest.mark.parametrize(
    "content", [{}, [], {"pushToken": 7}, {"pushToken": "x" * 500}, {"pushToken": "../3/device"}]
)
def test_a_registration_needs_a_push_token(phone, order, content):
    described = next(iter(phone.passes.values()))
    assert phone.call("POST", phone.registration(described), described, content)[0] == 400


def test_an_unknown_device_and_an_unknown_tag_do_no_harm(phone, order):
    phone.tag = "nonsense"
    assert set(phone.refresh()) == set() and phone.tag != "nonsense"
    stranger = Device(phone.site, phone.tmp_path, name="stranger")
    stranger.passes = phone.passes
    assert stranger.refresh() == []


def test_what_devices_report_is_logged(phone, order, caplog):
    status, _headers, _body = phone.call("POST", "/v1/log", content={"logs": ["No\nway"] * 50})
    assert status == 200
    reports = [one.getMessage() for one in caplog.records if "No\\nway" in one.getMessage()]
    assert len(reports) == 20


def test_tokens_survive_a_new_secret_key(phone, order, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    settings.TICKET_SIGNING_KEY = b"1" * 32
    Show.objects.update(title="Another name")
    assert set(phone.refresh()) == serials(order)


def test_a_page_of_the_order_shows_no_token(order, alice, phone):
    page = browser_of(alice).get(order.get_absolute_url()).content.decode()
    for described in phone.passes.values():
        assert described["authenticationToken"] not in page


def test_noting_changes_costs_one_query_when_nothing_changed(
    phone, order, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert note_changes(WalletPass.objects.followed()) == []
