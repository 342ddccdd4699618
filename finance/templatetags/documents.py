"""Filters for the content of tax documents."""

from decimal import Decimal

from django import template

from finance.documents import document_pdf
from finance.documents.content import Line, Tax

register = template.Library()


@register.filter
def exact_money(amount: Decimal, currency: str) -> str:
    """Show an amount with all decimals of its currency."""
    return document_pdf.amount_of(amount, currency)


@register.filter
def tax_rate(taxed: Line | Tax) -> str:
    """Show the rate of a line: "7%", or "exempt"."""
    return document_pdf.rate_of(taxed.rate, taxed.exemption)
