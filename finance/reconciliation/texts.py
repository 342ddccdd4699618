"""The texts of reconciliation tasks: the difference, and what to do."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.annotations import Text
from core.money import money

from ..models import ReconciliationTask
from .problems import Problem

Kind = ReconciliationTask.Kind
THINGS = {
    "payment": gettext_lazy("Payment"),
    "refund": gettext_lazy("Refund"),
    "dispute": gettext_lazy("Dispute"),
    "other": gettext_lazy("Movement"),
    "fee": gettext_lazy("Fee"),
    "returned": gettext_lazy("Returned payout"),
}
TEXTS: dict[str, Text] = {
    Kind.UNKNOWN_LINE: gettext_lazy(
        "%(thing)s %(reference)s of %(amount)s in payout %(payout)s of %(provider)s is not known "
        "here. %(text)s Find out at the provider what it is."
    ),
    Kind.RETURNED: gettext_lazy(
        "Payout %(payout)s of %(provider)s (%(amount)s) did not arrive, or came back. Check your "
        "bank details at the provider, and when it is paid again."
    ),
    Kind.OTHER_AMOUNT: gettext_lazy(
        "%(thing)s %(reference)s of order %(order)s is %(size)s here; the payouts of %(provider)s "
        "differ from that by %(amount)s. Compare it with the provider’s dashboard."
    ),
    Kind.NOT_PAID_OUT: gettext_lazy(
        "%(thing)s %(reference)s of order %(order)s (%(amount)s) is in no payout of %(provider)s. "
        "Look for it in the provider’s dashboard."
    ),
    Kind.NO_PAYOUTS: gettext_lazy(
        "%(count)s payments, refunds and disputes at %(provider)s (%(amount)s) are in no payout, "
        "as none can be fetched. Check the provider’s keys."
    ),
    Kind.PAYOUT_SUM: gettext_lazy(
        "Payout %(payout)s of %(provider)s is %(total)s; its movements come to %(net)s."
    ),
    Kind.PAYOUT_INCOMPLETE: gettext_lazy(
        "%(provider)s does not list the contents of payout %(payout)s (%(amount)s). It never does "
        "for payouts made by hand: set the provider to automatic payouts."
    ),
    Kind.NOT_ON_ACCOUNT: gettext_lazy(
        "Payout %(payout)s of %(provider)s (%(amount)s) is on no bank statement. Import the "
        "statement, or choose the transfer by hand."
    ),
    Kind.BANK_DIFFERENCE: gettext_lazy(
        "Payout %(payout)s of %(provider)s is %(total)s, but %(bank)s arrived at the bank."
    ),
    Kind.TRANSFER_NOT_ON_ACCOUNT: gettext_lazy(
        "The bank transfer for order %(order)s (%(amount)s) is on no bank statement. Import the "
        "statement."
    ),
    Kind.REFUND_NOT_ON_ACCOUNT: gettext_lazy(
        "The refund for order %(order)s (%(amount)s) is on no bank statement. Transfer it, or "
        "import the statement, or choose the debit by hand."
    ),
    Kind.UNKNOWN_DEBIT: gettext_lazy(
        "The debit of %(day)s (%(amount)s) names an order or a payment provider, but is no refund "
        "and no payout. Record the refund, or choose by hand what it is."
    ),
    Kind.TILL_DIFFERENCE: gettext_lazy(
        "The cash-up of %(till)s by %(cashier)s differs by %(amount)s, and has no note."
    ),
}
AMOUNTS = ("size", "total", "net", "bank")


def text_of(problem: Problem | ReconciliationTask) -> str:
    """Return the sentence for staff, in the language in force."""
    show: Callable[[str], str] = lambda text: money(Decimal(text), problem.currency)  # noqa: E731
    values = {
        key: show(value) if key in AMOUNTS else value for key, value in problem.detail.items()
    }
    defaults = dict.fromkeys(("text", "reference", "order", "what"), "")
    if text := values.get("text"):
        values["text"] = f"({text})"
    values = defaults | values
    values |= {
        "amount": money(problem.amount, problem.currency),
        "provider": problem.provider.capitalize(),
        "day": date_format(problem.happened_on, "SHORT_DATE_FORMAT"),
        "thing": str(THINGS.get(values["what"], _("Movement"))),
    }
    return " ".join((str(TEXTS[problem.kind]) % values).split())
