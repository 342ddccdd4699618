"""Sample data for previews of the e-mails of finance: an invoice and a credit note."""

from decimal import Decimal

from django.utils import timezone

from bookings.models import Order
from bookings.samples import order_confirmation
from emails.sample_registry import Sample, sample_for
from organisation.models import Seller

from .documents.content import Content, Kind, Line, Party, Tax
from .documents.files import file_of
from .documents.issuing import issue
from .models import Document


@sample_for(Kind.INVOICE.value)
def invoice() -> Sample:
    return _sample(Kind.INVOICE)


@sample_for(Kind.CREDIT_NOTE.value)
def credit_note() -> Sample:
    return _sample(Kind.CREDIT_NOTE)


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
    number = 1 if kind == Kind.INVOICE else 2
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
