"""Show amounts and rates of tax documents, and the till of the logged-in user."""

from decimal import Decimal

from django import template

from accounts.models import User
from finance.documents import document_pdf
from finance.documents.content import Line, Tax
from finance.models import TillSession
from finance.till.sessions import open_session_of

register = template.Library()


@register.filter
def exact_money(amount: Decimal, currency: str) -> str:
    """Show an amount with all decimals of its currency."""
    return document_pdf.amount_of(amount, currency)


@register.filter
def tax_rate(taxed: Line | Tax) -> str:
    """Show the rate of a line: "7%", or "exempt"."""
    return document_pdf.rate_of(taxed.rate, taxed.exemption)


@register.simple_tag
def open_till(user: User) -> TillSession | None:
    """Return the user's open till session, or None."""
    return open_session_of(user)
