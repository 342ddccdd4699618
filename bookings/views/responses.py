"""Answers that several pages of the sale give."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from payments.charges import pay_url
from payments.exceptions import AlreadyPaid, PaymentError

from ..exceptions import NotSoldOnline
from ..models import Order
from ..sale.orders import start_order_payment


def see_other(to, *args):
    """Send the browser on with a GET, whatever it came with (303)."""
    return HttpResponseRedirect(resolve_url(to, *args), status=303)


def to_queue(request, refusal):
    """Send a customer without a pass to the waiting room (`refusal` is a QueueFirst)."""
    response = see_other("waitingroom:queue", refusal.performance_id)
    if request.htmx:
        return HttpResponseClientRedirect(response["Location"])
    return response


def to_payment(request, order):
    """Send the customer on to pay, or to the order itself when there is nothing to pay (any more).

    Asked twice, it leads to the same payment.
    """
    if order.status != Order.Status.PENDING:
        return see_other(order)
    try:
        payment = start_order_payment(
            order=order, return_url=request.build_absolute_uri(order.get_absolute_url())
        )
        return see_other(pay_url(payment))
    except NotSoldOnline as refusal:
        messages.error(request, str(refusal))
        return see_other(order)
    except AlreadyPaid:
        return see_other(order)
    except PaymentError:
        messages.error(
            request,
            _("The payment could not be started just now. Nothing was charged; please try again."),
        )
        return see_other(order)
