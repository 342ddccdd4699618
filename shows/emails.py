"""The e-mails of the catalogue, for subscribers. Times are in the venue's local time."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import money
from core.names import translated_name
from emails.kinds import ConsentMode, Urgency
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail
from emails.placeholders import Placeholder, offer_placeholders
from emails.rendering import renders

from .catalogue import SOONEST, find_shows, latest_shows, with_performances
from .daily_digest import VISIT, has_visited_today
from .follows import ON_SALE
from .models import Performance, Show
from .online_sales import has_tickets_online, online_price, online_state

SHOWN = 4

offer_placeholders(
    ON_SALE,
    Placeholder("show", gettext_lazy("Title of the show"), "show.title"),
    Placeholder("show_link", gettext_lazy("Page of the show"), "url", is_link=True),
)
offer_placeholders(
    VISIT,
    Placeholder("name", gettext_lazy("The customer’s name"), "name"),
    Placeholder("show", gettext_lazy("Title of the next show"), "soonest.0.0"),
    Placeholder("shows_link", gettext_lazy("List of all shows"), "url", is_link=True),
)


@renders(
    ON_SALE,
    title=gettext_lazy("On-sale alerts"),
    description=gettext_lazy("When tickets go on sale for shows and artists you follow."),
    consent=ConsentMode.OPT_IN,
    urgency=Urgency.NEWS,
)
def on_sale(email: OutboxEmail) -> Message | None:
    """Render an on-sale alert; None if every performance is over, cancelled or sold out."""
    now = timezone.now()
    performances = Performance.objects.public().taking_place().upcoming(now)
    performances = performances.filter(pk__in=email.about["performances"])
    performances = performances.select_related("show", "venue").with_price_range()
    states = Performance.SaleState
    open_now = [
        performance
        for performance in performances
        if performance.sale_state(now) not in (states.SOLD_OUT, states.ENDED)
    ]
    if not open_now:
        return None
    show, first = open_now[0].show, min(each.on_sale_from for each in open_now)
    title = {"show": show.title}
    subject = _("Now on sale: %(show)s") if first <= now else _("On sale soon: %(show)s")
    return message_from_templates(
        email,
        subject=subject % title,
        context={
            "show": show,
            "opens": _long(first, open_now[0].venue.zone) if first > now else "",
            "url": f"{settings.SITE_URL}{show.get_absolute_url()}",
            "follows_url": f"{settings.SITE_URL}/accounts/follows/",
            "dates": [_date(performance) for performance in open_now],
        },
    )


@renders(
    VISIT,
    title=gettext_lazy("Daily highlights"),
    description=gettext_lazy("In the late afternoon, on days when you haven’t visited the site."),
    consent=ConsentMode.OPT_IN,
    urgency=Urgency.NEWS,
)
def visit(email: OutboxEmail) -> Message | None:
    """Render the daily highlights; None if the day is over or the recipient has visited since."""
    now = timezone.now()
    today = now.astimezone(ZoneInfo(email.about["zone"])).date()
    is_over = today != date.fromisoformat(email.about["day"])
    if email.user is None or is_over or has_visited_today(email.user, now):
        return None
    soonest = with_performances(find_shows(sort=SOONEST, now=now)[:SHOWN])
    if not soonest:
        return None
    known = {show.pk for show in soonest}
    latest = [show for show in latest_shows(2 * SHOWN, now) if show.pk not in known]
    return message_from_templates(
        email,
        subject=_("Coming up: %(show)s") % {"show": soonest[0].title},
        context={
            "name": email.user.name,
            "soonest": [show_summary(show) for show in soonest],
            "latest": [show_summary(show) for show in latest[:SHOWN]],
            "url": f"{settings.SITE_URL}/shows/",
        },
    )


def show_summary(show: Show) -> tuple[str, str, str, str]:
    """Return (title, date and venue, price or state, URL) of a show from `with_performances`."""
    performance = show.performance
    return (show.title, _when_where(performance), _price_or_state(performance), _url(show))


def _date(performance):
    where = f"{performance.venue.name}, {translated_name(performance.venue.city)}"
    return _long(performance.starts_at, performance.venue.zone), where, lowest_price(performance)


def _when_where(performance):
    when = _long(performance.starts_at, performance.venue.zone)
    return f"{when} · {performance.venue.name}, {translated_name(performance.venue.city)}"


def _price_or_state(performance):
    if has_tickets_online(performance):
        return lowest_price(performance)
    return str(online_state(performance).label)


def lowest_price(performance: Performance) -> str:
    """Return the lowest price of a performance from `with_price_range`, or where it is sold."""
    if online_state(performance) == Performance.SaleState.BOX_OFFICE:
        return str(Performance.SaleState.BOX_OFFICE.label)
    price = online_price(performance)
    if price is None:
        return ""
    return _("from %(price)s") % {"price": money(price, performance.currency)}


def _url(show):
    return f"{settings.SITE_URL}{show.get_absolute_url()}"


def _long(at, zone):
    return date_format(at.astimezone(zone), "DAY_DATETIME")
