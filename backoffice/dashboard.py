"""The first page of the admin: what is on tonight, what waits for a hand, how it goes.

Counted at most once in a quarter of a minute for everybody, whoever looks and how often; each
then sees what their role lets them.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from backoffice.mail_health import MailHealth, mail_health
from backoffice.sales_by_day import SalesByDay, sales_by_day
from backoffice.site import list_of
from bookings.models import Hold, Order
from core.money import money
from core.shared_cache import get_or_build
from emails.models import OutboxEmail
from payments.models import Payment, Refund
from payments.providers import takes_online_payments
from shows.models import Performance, Review

SECONDS = 15
LATELY = timedelta(hours=24)
# A performance stays on the page until it is certainly over.
SINCE = timedelta(hours=6)
SHOWN = 12


@dataclass(frozen=True)
class Counts:
    """What the page tells of, in a form that can be shared through the cache."""

    tonight: list = field(default_factory=list)
    orders: int = 0
    taken: list = field(default_factory=list)
    baskets: int = 0
    accounts: int = 0
    reviews: int = 0
    refunds: int = 0
    failed_emails: int = 0
    giving_back: int = 0
    returned: list = field(default_factory=list)
    sales: SalesByDay = field(default_factory=SalesByDay)
    mail: MailHealth = field(default_factory=MailHealth)


def dashboard(request, context):
    """Add the page's own parts to the context of the admin's index."""
    counts = get_or_build("dashboard", SECONDS, count)
    now = timezone.now()
    if request.user.has_perm("shows.view_performance"):
        page = list_of("shows.performance", request)
        context["performances"] = [_row(performance, now, page) for performance in counts.tonight]
    context["takes_online_payments"] = takes_online_payments()
    context["to_do"] = [line for line in _to_do(counts, request) if line]
    if request.user.has_perm("payments.view_payment"):
        context["sales"] = counts.sales
    if request.user.has_perm("emails.view_outboxemail"):
        context["mail"] = counts.mail
    context["figures"] = [figure for figure in _figures(counts, request) if figure]
    return context


def count():
    """Ask the database: a fixed number of short questions."""
    now = timezone.now()
    performances = Performance.objects.public().upcoming(now - SINCE)
    captured = Payment.objects.captured().filter(captured_at__gte=now - LATELY)
    refunds = Refund.objects.exclude(status=Refund.Status.FAILED).filter(
        created_at__gte=now - LATELY
    )
    return Counts(
        tonight=list(performances.select_related("show", "venue")[:SHOWN]),
        orders=Order.objects.confirmed().filter(paid_at__gte=now - LATELY).count(),
        taken=list(captured.values_list("currency").annotate(Sum("amount")).order_by("currency")),
        baskets=Hold.objects.live().count(),
        accounts=User.objects.awaiting_approval().count(),
        reviews=Review.objects.waiting().count(),
        refunds=Refund.objects.failed().count(),
        giving_back=Order.objects.paid().of_cancelled_performances().count(),
        returned=list(
            refunds.order_by("payment__currency")
            .values_list("payment__currency")
            .annotate(Sum("amount"))
        ),
        sales=sales_by_day(now),
        mail=mail_health(now),
        failed_emails=OutboxEmail.objects.failed().count(),
    )


def _row(performance, now, page):
    zone = performance.venue.zone
    total, left = performance.places_total, performance.places_left
    return {
        "performance": performance,
        "url": page and f"{page}{performance.pk}/change/",
        "is_tonight": performance.starts_at.astimezone(zone).date() == now.astimezone(zone).date(),
        "state": performance.sale_state(now),
        "sold": total - left,
        "total": total,
        "percent": round(100 * (total - left) / total) if total else 0,
    }


def _to_do(counts, request):
    may = request.user.has_perm
    if settings.ACCOUNT_APPROVAL_REQUIRED and may("accounts.approve_user"):
        words = ngettext(
            "%d account waits for approval", "%d accounts wait for approval", counts.accounts
        )
        yield _line(counts.accounts, words, "accounts.user", "approval=waiting", request)
    if may("shows.change_review"):
        words = ngettext("%d review to read", "%d reviews to read", counts.reviews)
        yield _line(counts.reviews, words, "shows.review", "status__exact=waiting", request)
    if may("payments.change_refund"):
        words = ngettext("%d refund needs a hand", "%d refunds need a hand", counts.refunds)
        yield _line(counts.refunds, words, "payments.refund", "status__exact=failed", request)
    if may("bookings.view_order"):
        words = ngettext(
            "%d order of a cancelled performance is being given back",
            "%d orders of cancelled performances are being given back",
            counts.giving_back,
        )
        query = "status__exact=paid&performance__status__exact=cancelled"
        yield _line(counts.giving_back, words, "bookings.order", query, request)
    if may("emails.view_outboxemail"):
        words = ngettext("%d e-mail failed", "%d e-mails failed", counts.failed_emails)
        yield _line(counts.failed_emails, words, "emails.outboxemail", "", request)


def _line(number, words, model, query, request):
    if not number:
        return None
    link = list_of(model, request)
    return {"words": words % number, "link": link and f"{link}?{query}"}


def _figures(counts, request):
    may = request.user.has_perm
    if may("bookings.view_order"):
        yield {"name": _("Orders in 24 hours"), "value": counts.orders}
        yield {"name": _("Baskets being filled"), "value": counts.baskets}
    if may("payments.view_payment"):
        sums = [money(amount, currency) for currency, amount in counts.taken]
        yield {"name": _("Taken in 24 hours"), "value": " + ".join(sums) or "–"}
        sums = [money(amount, currency) for currency, amount in counts.returned]
        yield {"name": _("Sent back in 24 hours"), "value": " + ".join(sums) or "–"}
