"""The admin's first page: upcoming performances, what requires action, and key figures.

Counted at most once in 15 seconds for all staff; each user sees what their permissions allow.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from backoffice.checklist import Facts, missing_before_sale, read_facts
from backoffice.sales_by_day import SalesByDay, sales_by_day
from backoffice.site import list_url
from bookings.admin.counter.selecting import PERMISSION as SELL_PERMISSION
from bookings.admin.counter.selecting import sell_url
from bookings.models import Hold, Order, Place
from core.money import money
from core.shared_cache import get_or_build
from emails.models import EmailTemplate, OutboxEmail
from finance.models import BankTransfer, ReconciliationTask
from organisation.current import current_organisation
from payments.models import Dispute, Payment, Refund
from payments.providers import takes_online_payments
from shows.models import Performance, Review

CACHE_SECONDS = 15
RECENT = timedelta(hours=24)
# A performance stays on the page until it is certainly over.
LONGEST_PERFORMANCE = timedelta(hours=6)
SHOWN = 12
# The scheduler sends twice a minute, so something is wrong with what waits for this long.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class MailHealth:
    """`waiting` e-mails are due and have not been sent; the first of them was due at `since`."""

    waiting: int = 0
    since: datetime | None = None
    is_late: bool = False
    last_sent: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """The figures of the page, in a form that can be shared through the cache.

    `places` maps a performance's id to its numbers of (sold, held, blocked) places; `captured` and
    `refunded` are (currency, amount) pairs of the last 24 hours.
    """

    upcoming: list[Performance] = field(default_factory=list)
    places: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    orders: int = 0
    captured: list[tuple[str, Any]] = field(default_factory=list)
    baskets: int = 0
    accounts: int = 0
    reviews: int = 0
    failed_refunds: int = 0
    refunds_due: datetime | None = None
    disputes: int = 0
    disputes_due: datetime | None = None
    unexplained: int = 0
    unexplained_due: datetime | None = None
    transfers: int = 0
    failed_emails: int = 0
    broken_templates: int = 0
    pending_refunds: int = 0
    refunded: list[tuple[str, Any]] = field(default_factory=list)
    sales: SalesByDay = field(default_factory=SalesByDay)
    mail: MailHealth = field(default_factory=MailHealth)
    facts: Facts = field(default_factory=Facts)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the dashboard's figures to the context of the admin's index."""
    counts = get_or_build("dashboard", CACHE_SECONDS, count)
    now = timezone.now()
    if request.user.has_perm("shows.view_performance"):
        page = list_url("shows.performance", request)
        may_sell = request.user.has_perm(SELL_PERMISSION)
        context["performances"] = [
            _row(performance, counts.places, now, page, may_sell) for performance in counts.upcoming
        ]
    context["takes_online_payments"] = takes_online_payments()
    context["missing"] = missing_before_sale(request, counts.facts)
    context["to_do"] = [line for line in _to_do(counts, request) if line]
    if request.user.has_perm("payments.view_payment"):
        context["sales"] = counts.sales
    if request.user.has_perm("emails.view_outboxemail"):
        context["mail"] = counts.mail
    context["figures"] = [figure for figure in _figures(counts, request) if figure]
    return context


def count() -> Counts:
    """Query the figures, with a fixed number of queries."""
    now = timezone.now()
    performances = Performance.objects.public().upcoming(now - LONGEST_PERFORMANCE)
    upcoming = list(performances.select_related("show", "venue")[:SHOWN])
    captured = Payment.objects.captured().filter(captured_at__gte=now - RECENT)
    refunds = Refund.objects.under_way().filter(created_at__gte=now - RECENT)
    return Counts(
        upcoming=upcoming,
        places=_count_places(upcoming, now),
        orders=Order.objects.confirmed().filter(paid_at__gte=now - RECENT).count(),
        captured=list(
            captured.values_list("currency").annotate(Sum("amount")).order_by("currency")
        ),
        baskets=Hold.objects.live().count(),
        accounts=User.objects.awaiting_approval().count(),
        reviews=Review.objects.waiting().count(),
        **_payments_to_act_on(),
        pending_refunds=Order.objects.paid().of_cancelled_performances().count(),
        refunded=list(
            refunds.order_by("payment__currency")
            .values_list("payment__currency")
            .annotate(Sum("amount"))
        ),
        sales=sales_by_day(now),
        mail=mail_health(now),
        facts=read_facts(),
        failed_emails=OutboxEmail.objects.failed().count(),
        broken_templates=EmailTemplate.objects.broken().count(),
    )


def _payments_to_act_on() -> dict[str, Any]:
    """Count what staff have to do about money, with the first date by which to act."""
    refunds = Refund.objects.failed().aggregate(count=Count("pk"), first=Min("act_by"))
    to_answer = Dispute.objects.to_answer().order_by()
    disputes = to_answer.aggregate(count=Count("pk"), first=Min("act_by"))
    tasks = ReconciliationTask.objects.open()
    unexplained = tasks.aggregate(count=Count("pk"), first=Min("act_by"))
    return {
        "unexplained": unexplained["count"],
        "unexplained_due": unexplained["first"],
        "transfers": BankTransfer.objects.undecided().count(),
        "failed_refunds": refunds["count"],
        "refunds_due": refunds["first"],
        "disputes": disputes["count"],
        "disputes_due": disputes["first"],
    }


def _count_places(performances: list[Performance], now: datetime) -> dict[int, tuple]:
    """Count sold, held and blocked places; none of a cancelled performance is."""
    selling = [each.pk for each in performances if each.status != "cancelled"]
    places = Place.objects.filter(performance__in=selling).order_by()
    return {
        pk: (sold, held, blocked)
        for pk, _free, held, sold, blocked in places.counted_by("performance", now=now)
    }


def _row(performance, places, now, page, may_sell):
    zone = performance.venue.zone
    total = performance.places_total
    sold, held, blocked = places.get(performance.pk, (0, 0, 0))
    return {
        "performance": performance,
        "url": page and f"{page}{performance.pk}/change/",
        "sell_url": sell_url(performance.pk) if may_sell and _is_sold(performance, now) else "",
        "is_tonight": performance.starts_at.astimezone(zone).date() == now.astimezone(zone).date(),
        "state": performance.sale_state(now),
        "sold": sold,
        "held": held,
        "blocked": blocked,
        "total": total,
        "percent": round(100 * sold / total) if total else 0,
    }


def _is_sold(performance, now):
    """Return whether staff can sell tickets now."""
    return performance.opened_at and performance.takes_place and performance.ends_at > now


def _to_do(counts: Counts, request: HttpRequest) -> Iterator[dict[str, Any] | None]:
    may = request.user.has_perm
    if current_organisation().account_approval_required and may("accounts.approve_user"):
        text = ngettext(
            "%d account awaiting approval", "%d accounts awaiting approval", counts.accounts
        )
        yield _line(counts.accounts, text, "accounts.user", "approval=waiting", request)
    if may("shows.change_review"):
        text = ngettext("%d review to moderate", "%d reviews to moderate", counts.reviews)
        yield _line(counts.reviews, text, "shows.review", "status__exact=waiting", request)
    if may("payments.change_refund"):
        text = ngettext(
            "%d refund requires action", "%d refunds require action", counts.failed_refunds
        )
        yield _line(
            counts.failed_refunds,
            text,
            "payments.refund",
            "status__exact=failed",
            request,
            due=counts.refunds_due,
        )
    if may("payments.view_dispute"):
        text = ngettext("%d dispute to answer", "%d disputes to answer", counts.disputes)
        query = "status__in=inquiry,open&o=5"
        yield _line(
            counts.disputes, text, "payments.dispute", query, request, due=counts.disputes_due
        )
    yield from _finance_tasks(counts, request)
    if may("bookings.view_order"):
        text = ngettext(
            "%d order of a cancelled performance is being refunded",
            "%d orders of cancelled performances are being refunded",
            counts.pending_refunds,
        )
        query = "status__exact=paid&performance__status__exact=cancelled"
        yield _line(counts.pending_refunds, text, "bookings.order", query, request)
    if may("emails.view_outboxemail"):
        text = ngettext("%d e-mail failed", "%d e-mails failed", counts.failed_emails)
        yield _line(counts.failed_emails, text, "emails.outboxemail", "", request)
        yield _broken_templates(counts.broken_templates)


def _broken_templates(number):
    if not number:
        return None
    text = ngettext(
        "%d e-mail template cannot be used: the standard text is sent",
        "%d e-mail templates cannot be used: the standard texts are sent",
        number,
    )
    return {"text": text % number, "link": reverse("admin:emails_outboxemail_every_kind")}


def _finance_tasks(counts: Counts, request: HttpRequest) -> Iterator[dict[str, Any] | None]:
    if request.user.has_perm("finance.view_reconciliationtask"):
        text = ngettext(
            "%d amount is not explained", "%d amounts are not explained", counts.unexplained
        )
        model, due = "finance.reconciliationtask", counts.unexplained_due
        yield _line(counts.unexplained, text, model, "", request, due=due)
    if request.user.has_perm("finance.change_banktransfer"):
        text = ngettext(
            "%d bank transfer to decide", "%d bank transfers to decide", counts.transfers
        )
        query = "status__exact=to_do"
        yield _line(counts.transfers, text, "finance.banktransfer", query, request)


def _line(number, text, model, query, request, *, due=None):
    if not number:
        return None
    link = list_url(model, request)
    text = text % number
    if due:
        day = date_format(timezone.localtime(due), "SHORT_DATE_FORMAT")
        text = _("%(text)s, by %(day)s") % {"text": text, "day": day}
    return {"text": text, "link": link and f"{link}?{query}"}


def _figures(counts: Counts, request: HttpRequest) -> Iterator[dict[str, Any]]:
    may = request.user.has_perm
    if may("bookings.view_order"):
        yield {"name": _("Orders in 24 hours"), "value": counts.orders}
        yield {"name": _("Open baskets"), "value": counts.baskets}
    if may("payments.view_payment"):
        sums = [money(amount, currency) for currency, amount in counts.captured]
        yield {"name": _("Revenue in 24 hours"), "value": " + ".join(sums) or "–"}
        sums = [money(amount, currency) for currency, amount in counts.refunded]
        yield {"name": _("Refunded in 24 hours"), "value": " + ".join(sums) or "–"}


def mail_health(now: datetime) -> MailHealth:
    """Return the MailHealth at `now`. Three short queries."""
    emails = OutboxEmail.objects.order_by()
    queued = emails.queued().due().aggregate(count=Count("pk"), first=Min("due_at"))
    rendered = emails.rendered().aggregate(count=Count("pk"), first=Min("rendered_at"))
    since = min(filter(None, [queued["first"], rendered["first"]]), default=None)
    sent = emails.sent().order_by("-sent_at").values_list("sent_at", flat=True)
    return MailHealth(
        waiting=queued["count"] + rendered["count"],
        since=since,
        is_late=since is not None and now - since > LATE,
        last_sent=sent.first(),
    )
