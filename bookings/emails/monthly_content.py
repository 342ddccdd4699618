"""What the monthly letters say."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.money import money
from core.spreadsheets import to_csv
from emails.kinds import ConsentMode, Urgency
from emails.messages import message_from_templates
from emails.rendering import renders
from shows.emails import line_of
from shows.follows import performances_followed_by, shows_near_what_is_followed

from ..models import Order
from .monthly import HOUSE, MONTHLY, PERMISSION
from .monthly_figures import figures_of
from .months import Month

SHOWN = 6
# So many performances are told of in the letter; the file that comes with it has all.
ROWS = 30
# Height of the highest column of the chart, in pixels.
HEIGHT = 72


@renders(
    MONTHLY,
    title=gettext_lazy("A letter each month"),
    words=gettext_lazy("What you saw, what comes, and what is near what you follow."),
    wish=ConsentMode.WHEN_ASKED_FOR,
    urgency=Urgency.NEWS,
)
def monthly(letter):
    """Nothing is left to say to a closed account, or to one with nothing behind and before it."""
    user = User.objects.filter(pk=letter.about["user"], is_active=True).first()
    if user is None:
        return None
    month, zone = Month.read(letter.about["month"]), ZoneInfo(letter.about["zone"])
    bookings = _bookings(user)
    saw = bookings.filter(
        performance__starts_at__gte=month.begins(zone), performance__starts_at__lt=month.ends(zone)
    )
    comes = list(bookings.upcoming()[:SHOWN])
    followed = performances_followed_by(user).with_price_range()
    followed = followed.exclude(pk__in=bookings.values("performance"))
    sections = [
        (_("You saw"), [_saw(order) for order in saw.order_by("performance__starts_at")]),
        (_("You hold tickets for"), [_comes(order) for order in comes]),
        (_("Of what you follow"), [_followed(each) for each in followed[:SHOWN]]),
        (
            _("Near what you follow"),
            [line_of(show) for show in shows_near_what_is_followed(user, SHOWN)],
        ),
    ]
    sections = [(heading, lines) for heading, lines in sections if lines]
    if not sections:
        return None
    return message_from_templates(
        letter,
        subject=_("Your %(month)s") % {"month": month.title},
        context={
            "name": user.name,
            "sections": sections,
            "url": f"{settings.SITE_URL}/shows/",
        },
        secrets={f"order_key_{order.reference}": order.key for order in comes},
    )


@renders(
    HOUSE,
    title=gettext_lazy("The month in figures"),
    words=gettext_lazy("To staff who may read the books: sales, how full, refunds, each month."),
    wish=ConsentMode.UNLESS_REFUSED,
    permission=PERMISSION,
)
def house_report(letter):
    """Nothing is left to say to those who may not read the books any more."""
    user = User.objects.filter(pk=letter.about["user"], is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(PERMISSION):
        return None
    month = Month.read(letter.about["month"])
    figures = figures_of(month, ZoneInfo(settings.TIME_ZONE))
    return message_from_templates(
        letter,
        subject=_("The house in %(month)s") % {"month": month.title},
        context={
            "month": month.title,
            "tickets": figures.tickets,
            "totals": [_total(*total) for total in figures.totals],
            "chart": _chart(figures),
            "tables": [
                (_("Played"), [_row(row) for row in figures.played[:ROWS]]),
                (_("Sold ahead"), [_row(row) for row in figures.to_come[:ROWS]]),
            ],
            "left_out": max(len(figures.played) - ROWS, 0) + max(len(figures.to_come) - ROWS, 0),
            "url": f"{settings.SITE_URL}{reverse('admin:index')}",
        },
        attachments=[(f"{month}.csv", to_csv(csv_rows(figures)), "text/csv")],
    )


def csv_rows(figures):
    """Yield the figures as rows: headings, then one for each performance."""
    yield [
        _("Performance"),
        _("Show"),
        _("Venue"),
        _("City"),
        _("Starts"),
        _("Currency"),
        _("Places"),
        _("Sold"),
        _("Per cent"),
        _("Sold this month"),
        _("Given back this month"),
        _("Taken this month"),
        _("Refunded this month"),
        _("Stayed this month"),
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
            row.given_back_in_month,
            row.taken,
            row.refunded,
            row.left,
        ]


def _bookings(user):
    """Paid orders of the account or its address, for what is not cancelled."""
    orders = Order.objects.paid().of_customer(email=user.email, user=user)
    orders = orders.exclude(performance__status="cancelled")
    return orders.select_related("performance__show", "performance__venue")


def _saw(order):
    show = order.performance.show
    review = f"{settings.SITE_URL}{reverse('bookings:review', args=[show.slug])}"
    return show.title, _when_where(order.performance), _("How was it?"), review


def _comes(order):
    address = f"{settings.SITE_URL}{order.get_absolute_url()}?key={order.key}"
    return order.performance.show.title, _when_where(order.performance), "", address


def _followed(performance):
    price = ""
    if performance.price_from is not None:
        price = _("from %(price)s") % {"price": money(performance.price_from, performance.currency)}
    address = f"{settings.SITE_URL}{performance.get_absolute_url()}"
    return performance.show.title, _when_where(performance), price, address


def _when_where(performance):
    at = performance.starts_at.astimezone(performance.venue.zone)
    when = date_format(at, "D j F Y, H:i")
    return f"{when} · {performance.venue.name}, {performance.venue.city}"


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
        "where": f"{date_format(at, 'D j M, H:i')} · {row.performance.venue.name}",
        "sold": row.sold,
        "capacity": row.capacity,
        "percent": row.percent,
        "rest": 100 - row.percent,
        "in_month": row.sold_in_month,
        "taken": money(row.taken, row.currency),
        "refunded": money(row.refunded, row.currency) if row.refunded else "",
    }


def _chart(figures):
    """Lay out the days as columns of a table: mail programs draw those, and nothing cleverer."""
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
        "day": date_format(_day_of(figures, highest), "j F"),
        "first": date_format(figures.days[0][0], "j M"),
        "last": date_format(figures.days[-1][0], "j M"),
    }


def _day_of(figures, amount) -> date:
    return next(day for day, taken in figures.days if taken == amount)
