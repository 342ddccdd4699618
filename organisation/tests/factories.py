"""Factories for the tests of this app and of those above it."""

from itertools import count

from organisation.legal_texts import publish, save_draft, start_draft
from organisation.models import LegalText, Organisation, Seller

_number = count(1)


def make_seller(**fields):
    number = next(_number)
    fields = {
        "name": f"Gasworks Konzert GmbH {number}",
        "address": "Am Kanal 1",
        "postcode": "10179",
        "city": "Berlin",
        "country": "DE",
        "tax_number": "37/123/45678",
        "vat_id": "DE136695976",
        "iban": "DE89370400440532013000",
        "email": "invoices@example.org",
        "document_prefix": f"GK{number}",
        "language": "de",
    } | fields
    return Seller.objects.create(**fields)


def set_organisation(**fields):
    """Save settings of the organisation, which then apply at once."""
    return Organisation.objects.update_or_create(pk=1, defaults=fields)[0]


def publish_texts(language="en"):
    """Publish a text of each kind that is no sample."""
    for kind in LegalText.Kind:
        draft = start_draft(kind=kind, language=language)
        publish(text=save_draft(text=draft, body="Our own text."), by="test")
