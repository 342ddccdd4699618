"""Exports of any size: small ones at once, large ones by the worker."""

import pytest

from api.tests.callers import logged_in, make_staff, with_key
from bookings.tests.factories import make_paid_order
from emails.models import OutboxEmail
from exports.models import Export
from exports.writer import write_exports

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "exports": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def text_of(answer):
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("name", ["orders", "transactions"])
def test_large_exports_are_not_written_in_the_request(settings, name):
    make_paid_order()
    make_paid_order()
    program = with_key("orders")
    settings.EXPORT_MAX_DOWNLOAD_ROWS = 1
    answer = program.get(f"/staff/{name}.csv")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:concert:problem:export-too-large"
    assert "/staff/exports" in answer.json()["detail"]
    settings.EXPORT_MAX_DOWNLOAD_ROWS = 100
    assert program.get(f"/staff/{name}.csv").status_code == 200


def test_the_worker_writes_an_export_and_its_owner_downloads_it():
    order, other = make_paid_order(), make_paid_order()
    program = with_key("orders")
    fields = {"report": "orders", "performance": order.performance_id, "status": "paid"}
    started = program.post("/staff/exports", fields)
    assert started.status_code == 202, started.content
    path = f"/staff/exports/{started.json()['id']}"
    waiting = program.get(path).json()
    assert (waiting["status"], waiting["url"]) == ("waiting", None)
    assert program.get(f"{path}/file").status_code == 404
    write_exports()
    done = program.get(path).json()
    assert (done["status"], done["rows_total"], done["rows_done"]) == ("done", 1, 1)
    assert done["url"].endswith(f"/api/v1{path}/file")
    answer = program.get(f"{path}/file")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    text = text_of(answer)
    assert order.reference in text and other.reference not in text
    assert OutboxEmail.objects.filter(kind="export_finished").exists()


def test_transactions_are_exported_by_kind_and_order():
    order, other = make_paid_order(), make_paid_order()
    program = with_key("orders")
    fields = {
        "report": "transactions",
        "kind": "payment",
        "order": order.reference,
        "format": "csv",
    }
    pk = program.post("/staff/exports", fields).json()["id"]
    write_exports()
    text = text_of(program.get(f"/staff/exports/{pk}/file"))
    assert order.reference in text and other.reference not in text
    assert len(text.splitlines()) == 2


def test_orders_are_exported_by_search():
    order, other = make_paid_order(), make_paid_order()
    program = with_key("orders")
    fields = {"report": "orders", "q": order.reference}
    pk = program.post("/staff/exports", fields).json()["id"]
    write_exports()
    text = text_of(program.get(f"/staff/exports/{pk}/file"))
    assert order.reference in text and other.reference not in text


def test_others_cannot_read_it_and_keys_need_the_scope():
    make_paid_order()
    pk = with_key("orders").post("/staff/exports", {"report": "orders"}).json()["id"]
    write_exports()
    stranger = with_key("orders")
    assert stranger.get(f"/staff/exports/{pk}").status_code == 404
    assert stranger.get(f"/staff/exports/{pk}/file").status_code == 404
    for program in (with_key("door"), logged_in(make_staff("bookings.view_order"))):
        assert program.post("/staff/exports", {"report": "orders"}).status_code == 403
        assert program.get(f"/staff/exports/{pk}/file").status_code == 403
    assert with_key("orders").post("/staff/exports", {"report": "users"}).status_code == 422
    assert Export.objects.count() == 1


def test_losing_the_permission_for_addresses_blocks_the_file():
    order = make_paid_order()
    names = ["bookings.view_order", "exports.add_export", "bookings.contact_order"]
    owner = make_staff(*names)
    program = with_key("orders", owner=owner)
    pk = program.post("/staff/exports", {"report": "orders"}).json()["id"]
    write_exports()
    assert order.email in text_of(program.get(f"/staff/exports/{pk}/file"))
    owner.user_permissions.remove(owner.user_permissions.get(codename="contact_order"))
    assert program.get(f"/staff/exports/{pk}/file").status_code == 404
