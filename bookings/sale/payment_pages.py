"""Open the provider's pay page for an order, or for a change of its tickets."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from payments.charges import pay_url
from payments.exceptions import PageClosed
from payments.models import Payment
from payments.providers import PageOptions
from shows.terms import terms_of

from ..models import Order
from .orders import start_order_payment

# Within this time before a performance only methods with an immediate outcome are offered: delayed
# payments could arrive after it.
IMMEDIATE_ONLY = timedelta(days=7)


def open_order_page(
    *, order: Order, return_url: str, for_page: bool = False
) -> tuple[Payment, str]:
    """Return the order's payment and where the customer pays it.

    Repeating it leads to the same page. As `open_pay_page`, and raises what `start_order_payment`
    raises.
    """
    return open_pay_page(
        order=order,
        start=lambda: start_order_payment(order=order, return_url=return_url),
        for_page=for_page,
    )


def open_pay_page(
    *, order: Order, start: Callable[[], Payment], for_page: bool = False
) -> tuple[Payment, str]:
    """Return the payment that `start` returns and where the customer pays it.

    If its page was closed meanwhile, `start` is called once more for another payment. Calls the
    provider, so not inside a transaction; `for_page` is that of `payments.charges.pay_url`. Raises
    what both raise.
    """
    payment = start()
    try:
        return payment, pay_url(payment, _options_of(order), for_page=for_page)
    except PageClosed:
        payment = start()
        return payment, pay_url(payment, _options_of(order), for_page=for_page)


def _options_of(order: Order) -> PageOptions:
    starts_at = terms_of(order.performance_id).starts_at
    return PageOptions(
        email=order.email,
        language=order.language,
        allows_delayed=starts_at - timezone.now() > IMMEDIATE_ONLY,
    )
