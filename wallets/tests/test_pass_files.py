"""GET /tickets/<reference>/apple/: passes as Apple's package format wants them."""

import io
import zipfile
from datetime import datetime

import pytest
from PIL import Image

from bookings.documents.ticket_codes import code_of
from bookings.models import Order
from bookings.tests.browsing import browser_of
from bookings.tests.factories import make_customer, make_hold, make_order, make_paid_order
from wallets.models import WalletPass

from . import authority
from .pass_files import RefusedPass, read_bundle, read_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("apple")]


@pytest.fixture
def alice():
    return make_customer()


def make_tickets(customer, *labels, **fields):
    order = make_paid_order(hold=make_hold(customer=customer, labels=labels))
    Order.objects.filter(pk=order.pk).update(**fields)
    return order


def passes_of(customer, order):
    return browser_of(customer).get(f"/tickets/{order.reference}/apple/")


def test_one_ticket_is_a_signed_pass_with_its_code(alice, tmp_path):
    order = make_tickets(alice, "A1")
    ticket, performance = order.tickets.get(), order.performance
    response = passes_of(alice, order)
    assert response["Content-Type"] == "application/vnd.apple.pkpass"
    described = read_pass(response.content, tmp_path)["pass.json"]
    assert described["formatVersion"] == 1
    assert described["passTypeIdentifier"] == authority.PASS_TYPE
    assert described["teamIdentifier"] == authority.TEAM
    assert described["serialNumber"] == f"{ticket.pk}-1"
    [barcode] = described["barcodes"]
    assert (barcode["format"], barcode["message"]) == ("PKBarcodeFormatQR", code_of(ticket))
    assert "voided" not in described
    relevant = datetime.fromisoformat(described["relevantDate"])
    assert relevant == performance.starts_at.replace(microsecond=0)
    assert described["webServiceURL"] == "https://tickets.example/wallet/apple"
    assert len(described["authenticationToken"]) >= 16


def test_it_shows_what_the_ticket_shows(alice, tmp_path):
    order = make_tickets(alice, "A1")
    venue = order.performance.venue
    venue.entrances, venue.latitude, venue.longitude = "Gate 7", 52.5, 13.4
    venue.save()
    described = read_pass(passes_of(alice, order).content, tmp_path)["pass.json"]
    fields = {
        one["key"]: (one["label"], one["value"])
        for group in described["eventTicket"].values()
        for one in group
    }
    assert fields["show"] == (venue.name, order.performance.show.title)
    assert fields["section"] == ("Section", "Stalls")
    assert (fields["row"], fields["seat"]) == (("Row", "A"), ("Seat", "1"))
    assert fields["entrance"] == ("Entrance", "Gate 7")
    assert fields["holder"][1] == order.tickets.get().holder
    assert described["locations"] == [{"latitude": 52.5, "longitude": 13.4}]
    assert described["semantics"]["seats"] == [
        {"seatSection": "Stalls", "seatRow": "A", "seatNumber": "1"}
    ]


def test_it_is_in_the_language_of_the_order(alice, tmp_path):
    order = make_tickets(alice, "A1", language="de")
    described = read_pass(passes_of(alice, order).content, tmp_path)["pass.json"]
    labels = [one["label"] for one in described["eventTicket"]["auxiliaryFields"]]
    assert labels[:2] == ["Block", "Reihe"]


def test_icons_have_their_sizes(alice, tmp_path):
    files = read_pass(passes_of(alice, make_tickets(alice, "A1")).content, tmp_path)
    sizes = {
        name: Image.open(io.BytesIO(files[name])).size
        for name in ("icon.png", "icon@2x.png", "icon@3x.png")
    }
    assert sizes == {"icon.png": (29, 29), "icon@2x.png": (58, 58), "icon@3x.png": (87, 87)}


def test_several_tickets_are_a_bundle(alice, tmp_path):
    order = make_tickets(alice, "A1", "A2", "B1")
    response = passes_of(alice, order)
    assert response["Content-Type"] == "application/vnd.apple.pkpasses"
    found = [one["pass.json"] for one in read_bundle(response.content, tmp_path)]
    assert {one["serialNumber"] for one in found} == {f"{t.pk}-1" for t in order.tickets.all()}
    assert len({one["authenticationToken"] for one in found}) == 3
    assert {one["groupingIdentifier"] for one in found} == {order.reference}


def test_asking_twice_makes_no_further_passes(alice):
    order = make_tickets(alice, "A1", "A2")
    for _time in range(2):
        passes_of(alice, order)
    assert WalletPass.objects.count() == 2


def _changed(data, name, change):
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for one in source.namelist():
            content = source.read(one)
            archive.writestr(one, change(content) if one == name else content)
    return target.getvalue()


def test_the_reader_of_these_tests_refuses_what_wallet_refuses(alice, tmp_path):
    data = passes_of(alice, make_tickets(alice, "A1")).content
    with pytest.raises(RefusedPass, match="manifest"):
        read_pass(_changed(data, "pass.json", lambda content: content + b" "), tmp_path)
    with pytest.raises(RefusedPass, match="(?i)verif|digest"):
        read_pass(_changed(data, "manifest.json", lambda content: content + b" "), tmp_path)
    with pytest.raises(RefusedPass, match="(?i)certificate"):
        read_pass(data, tmp_path, trusted=authority.issue("Other root", is_authority=True))


def test_only_those_who_may_see_the_order_get_its_passes(alice):
    order = make_tickets(alice, "A1")
    assert passes_of(make_customer(), order).status_code == 404
    pending = make_order(hold=make_hold(customer=alice))
    assert passes_of(alice, pending).status_code == 404
    assert not WalletPass.objects.exists()


def test_without_https_devices_cannot_ask_for_updates(alice, tmp_path, settings):
    settings.SITE_URL = "http://localhost:8000"
    described = read_pass(passes_of(alice, make_tickets(alice, "A1")).content, tmp_path)
    assert "webServiceURL" not in described["pass.json"]
