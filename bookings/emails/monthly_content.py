"""Render the monthly newsletter and the monthly sales report."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.money import money
from core.names import translated_name
from core.spreadsheets import to_csv
from emails.kinds import ConsentMode, Urgency
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail
from emails.placeholders import Placeholder, offer_placeholders
from emails.rendering import renders
from organisation.current import current_organisation
from shows.emails import lowest_price, show_summary
from shows.follows import performances_followed_by, recommended_shows

from ..models import Order
from .monthly import MONTHLY, REPORT_PERMISSION, SALES_REPORT
from .monthly_figures import MonthFigures, figures_of
from .months import Month

SHOWN = 6
# Performances listed in the e-mail; the attached file has all.
ROWS = 30
# Height of the highest bar of the chart, in pixels.
HEIGHT = 72

_MONTH = Placeholder("month", gettext_lazy("The month, with its year"), "month")
offer_placeholders(
    MONTHLY, Placeholder("name", gettext_lazy("The customer’s name"), "name"), _MONTH
)
offer_placeholders(SALES_REPORT, _MONTH)


@renders(
    MONTHLY,
    title=gettext_lazy("Monthly newsletter"),
    description=gettext_lazy("Shows you saw, your upcoming shows, and news about what you follow."),
    consent=ConsentMode.OPT_IN,
    urgency=Urgency.NEWS,
)
def monthly(email: OutboxEmail) -> Message | None:
    """Return None for a deleted account, and for one without past and upcoming shows."""
    user = User.objects.filter(pk=email.about["user"], is_active=True).first()
    if user is None:
        return None
    month, zone = Month.read(email.about["month"]), ZoneInfo(email.about["zone"])
    bookings = _bookings(user)
    past = bookings.filter(
        performance__starts_at__gte=month.begins(zone), performance__starts_at__lt=month.ends(zone)
    )
    upcoming = list(bookings.upcoming()[:SHOWN])
    followed = performances_followed_by(user).with_price_range()
    followed = followed.exclude(pk__in=bookings.values("performance"))
    sections = [
        (_("Shows you saw"), [_past(order) for order in past.order_by("performance__starts_at")]),
        (_("Your upcoming shows"), [_upcoming(order) for order in upcoming]),
        (_("From artists and shows you follow"), [_followed(each) for each in followed[:SHOWN]]),
        (
            _("You might also like"),
            [show_summary(show) for show in recommended_shows(user, SHOWN)],
        ),
    ]
    sections = [(heading, lines) for heading, lines in sections if lines]
    if not sections:
        return None
    return message_from_templates(
        email,
        subject=_("Your %(month)s") % {"month": month.title},
        context={
            "name": user.name,
            "month": month.title,
            "sections": sections,
            "url": f"{settings.SITE_URL}/shows/",
        },
        secrets={f"order_key_{order.reference}": order.key for order in upcoming},
    )


@renders(
    SALES_REPORT,
    title=gettext_lazy("Monthly sales report"),
    description=gettext_lazy(
        "For staff with access to sales reports: sales, occupancy and refunds of each month."
    ),
    consent=ConsentMode.OPT_OUT,
    permission=REPORT_PERMISSION,
)
def sales_report(email: OutboxEmail) -> Message | None:
    """Return None for staff who no longer have the permission."""
    user = User.objects.filter(pk=email.about["user"], is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(REPORT_PERMISSION):
        return None
    month = Month.read(email.about["month"])
    figures = figures_of(month, current_organisation().zone)
    return message_from_templates(
        email,
        subject=_("Sales report for %(month)s") % {"month": month.title},
        context={
            "month": month.title,
            "tickets": figures.tickets,
            "totals": [_total(*total) for total in figures.totals],
            "chart": _chart(figures),
            "tables": [
                (_("Past performances"), [_row(row) for row in figures.played[:ROWS]]),
                (_("Upcoming performances"), [_row(row) for row in figures.to_come[:ROWS]]),
            ],
            "left_out": max(len(figures.played) - ROWS, 0) + max(len(figures.to_come) - ROWS, 0),
            "url": f"{settings.SITE_URL}{reverse('admin:index')}",
        },
        attachments=[(f"{month}.csv", to_csv(csv_rows(figures)), "text/csv")],
    )


def csv_rows(figures: MonthFigures) -> Iterator[list[Any]]:
    """Yield the header row, then one row for each performance."""
    yield [
        _("Performance"),
        _("Show"),
        _("Venue"),
        _("City"),
        _("Starts"),
        _("Currency"),
        _("Capacity"),
        _("Sold"),
        _("Sold (%)"),
        _("Sold this month"),
        _("Cancelled this month"),
        _("Payments this month"),
        _("Refunded this month"),
        _("Net this month"),
    ]
    for row in figures.rows:
        performance = row.performance
        yield [
            performance.pk,
            performance.show.title,
            performance.venue.name,
            performance.venue.city,
            performance.starts_at.astimezone(performance.venue.zone),
            row.currency,
            row.capacity,
            row.sold,
            row.percent,
            row.sold_in_month,
            row.cancelled_in_month,
            row.taken,
            row.refunded,
            row.net,
        ]


def _bookings(user):
    """Return paid orders of the account or its address, without cancelled performances."""
    orders = Order.objects.paid().of_customer(email=user.email, user=user)
    orders = orders.exclude(performance__status="cancelled")
    return orders.select_related("performance__show", "performance__venue")


def _past(order):
    show = order.performance.show
    review = f"{settings.SITE_URL}{reverse('bookings:review', args=[show.slug])}"
    return show.title, _when_where(order.performance), _("Write a review"), review


def _upcoming(order):
    address = f"{settings.SITE_URL}{order.get_absolute_url()}?key={order.key}"
    return order.performance.show.title, _when_where(order.performance), "", address


def _followed(performance):
    price = lowest_price(performance)
    address = f"{settings.SITE_URL}{performance.get_absolute_url()}"
    return performance.show.title, _when_where(performance), price, address


def _when_where(performance):
    at = performance.starts_at.astimezone(performance.venue.zone)
    when = date_format(at, "DAY_DATETIME")
    return f"{when} · {performance.venue.name}, {translated_name(performance.venue.city)}"


def _total(currency, taken, refunded):
    return {
        "taken": money(taken, currency),
        "refunded": money(refunded, currency),
        "left": money(taken - refunded, currency),
    }


def _row(row):
    at = row.performance.starts_at.astimezone(row.performance.venue.zone)
    return {
        "title": row.performance.show.title,
        "where": f"{date_format(at, 'SHORT_DAY_TIME')} · {row.performance.venue.name}",
        "sold": row.sold,
        "capacity": row.capacity,
        "percent": row.percent,
        "rest": 100 - row.percent,
        "in_month": row.sold_in_month,
        "taken": money(row.taken, row.currency),
        "refunded": money(row.refunded, row.currency) if row.refunded else "",
    }


def _chart(figures):
    """Lay out the days as table columns, the only chart that mail programs can show."""
    highest = max((amount for _day, amount in figures.days), default=0)
    if not highest:
        return None
    currency = figures.totals[0][0]
    columns = [
        {"day": day, "height": round(HEIGHT * amount / highest)} for day, amount in figures.days
    ]
    for column in columns:
        column["above"] = HEIGHT - column["height"]
    return {
        "columns": columns,
        "highest": money(highest, currency),
        "day": date_format(_day_of(figures, highest), "MONTH_DAY_FORMAT"),
        "first": date_format(figures.days[0][0], "SHORT_MONTH_DAY"),
        "last": date_format(figures.days[-1][0], "SHORT_MONTH_DAY"),
    }


def _day_of(figures: Any, amount: Decimal) -> date:
    return next(day for day, taken in figures.days if taken == amount)
