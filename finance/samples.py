"""Sample data for previews of the e-mails of finance: documents and bank transfers."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from bookings.models import Order
from bookings.samples import order_confirmation, order_reserved
from emails.sample_registry import Sample, sample_for
from organisation.models import Seller

from .documents.content import Content, Kind, Line, Party, Tax
from .documents.files import file_of
from .documents.issuing import issue
from .models import BankStatement, BankTransfer, Document


@sample_for(Kind.INVOICE.value)
def invoice() -> Sample:
    return _sample(Kind.INVOICE)


@sample_for(Kind.CREDIT_NOTE.value)
def credit_note() -> Sample:
    return _sample(Kind.CREDIT_NOTE)


@sample_for("transfer_incomplete")
def transfer_incomplete() -> Sample:
    sample = order_reserved()
    order = Order.objects.get(reference=sample.about["order"])
    half = round(order.total / 2, 2)
    Order.objects.filter(pk=order.pk).update(received=half)
    transfer = _transfer(order, half, status=BankTransfer.Status.PART)
    return Sample({**sample.about, "transfer": transfer.pk}, sample.user)


@sample_for("transfer_surplus")
def transfer_surplus() -> Sample:
    sample = order_confirmation()
    order = Order.objects.get(reference=sample.about["order"])
    key = f"sample-{order.reference}"
    transfer = _transfer(order, order.total + 10, status="matched", surplus=10, payment_key=key)
    return Sample({**sample.about, "transfer": transfer.pk}, sample.user)


def _transfer(order: Order, amount: Decimal, **fields: Any) -> BankTransfer:
    statement = BankStatement.objects.create(
        file_name="sample",
        file_format=BankStatement.Format.CAMT,
        imported_by="system",
        transfers_total=1,
        transfers_new=1,
        debits_new=0,
    )
    return BankTransfer.objects.create(
        statement=statement,
        fingerprint=f"sample-{order.reference}",
        booked_on=timezone.localdate(),
        amount=amount,
        currency=order.currency,
        order=order.reference,
        decided_at=timezone.now(),
        **fields,
    )


def _sample(kind: Kind) -> Sample:
    sample = order_confirmation()
    order = Order.objects.select_related("performance__show").get(reference=sample.about["order"])
    document = _document(order, kind)
    file_of(document)
    return Sample({**sample.about, "document": document.pk}, sample.user)


def _document(order: Order, kind: Kind) -> Document:
    seller, _created = Seller.objects.get_or_create(
        name="Sample seller",
        defaults={
            "address": "1 High Street",
            "city": "Berlin",
            "country": "DE",
            "tax_number": "1",
            "document_prefix": "SAMPLE",
        },
    )
    today, nothing = timezone.localdate(), Decimal(0)
    number = Document.objects.filter(seller=seller).count() + 1
    content = Content(
        kind=kind.value,
        number=f"SAMPLE-{today.year}-{number:05}",
        order=order.reference,
        issued_on=today,
        supplied_on=today,
        language=order.language,
        currency=order.currency,
        seller=Party(name=seller.name, street=seller.address, city="Berlin", country="DE",
                     tax_number="1"),
        buyer=Party(name="Archer & Co.", street="2 High Street", city="Berlin", country="DE"),
        show=order.performance.show.title,
        venue="Berlin",
        lines=(Line("Ticket", order.quantity, order.total, order.total, nothing),),
        taxes=(Tax(nothing, order.total, order.total, nothing),),
    )  # fmt: skip
    source = f"sample:{kind.value}:{order.reference}"
    return issue(content, seller=seller, source=source, series=(today.year, number))
