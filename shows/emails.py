"""What the catalogue writes to those who asked for it. Times are those of the venues."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import money
from emails.kinds import ConsentMode, Urgency
from emails.messages import message_from_templates
from emails.rendering import renders

from .catalogue import SOONEST, find_shows, latest_shows, with_performances
from .daily_digest import VISIT, has_been_here
from .follows import ON_SALE
from .models import Performance

SHOWN = 4


@renders(
    ON_SALE,
    title=gettext_lazy("On-sale alerts"),
    description=gettext_lazy("When tickets go on sale for shows and artists that you follow."),
    consent=ConsentMode.OPT_IN,
    urgency=Urgency.NEWS,
)
def on_sale(letter):
    """Nothing is left to say once every performance is over, cancelled or sold out."""
    now = timezone.now()
    performances = Performance.objects.public().taking_place().upcoming(now)
    performances = performances.filter(pk__in=letter.about["performances"])
    performances = performances.select_related("show", "venue").with_price_range()
    states = Performance.SaleState
    performances = [
        performance
        for performance in performances
        if performance.sale_state(now) not in (states.SOLD_OUT, states.ENDED)
    ]
    if not performances:
        return None
    show, first = performances[0].show, min(each.on_sale_from for each in performances)
    words = {"show": show.title, "when": _long(first, performances[0].venue.zone)}
    if first <= now:
        subject = _("Now on sale: %(show)s") % words
    else:
        subject = _("On sale soon: %(show)s") % words
    return message_from_templates(
        letter,
        subject=subject,
        context={
            "show": show,
            "opens": words["when"] if first > now else "",
            "url": f"{settings.SITE_URL}{show.get_absolute_url()}",
            "follows_url": f"{settings.SITE_URL}/accounts/follows/",
            "dates": [_date(performance) for performance in performances],
        },
    )


@renders(
    VISIT,
    title=gettext_lazy("A daily look at the programme"),
    description=gettext_lazy(
        "Late in the afternoon, on days on which you have not looked in yourself."
    ),
    consent=ConsentMode.OPT_IN,
    urgency=Urgency.NEWS,
)
def visit(letter):
    """Nothing is left to say to somebody who has been here since, or when the day is over."""
    now = timezone.now()
    today = now.astimezone(ZoneInfo(letter.about["zone"])).date()
    is_over = today != date.fromisoformat(letter.about["day"])
    if letter.user is None or is_over or has_been_here(letter.user, now):
        return None
    soonest = with_performances(find_shows(sort=SOONEST, now=now)[:SHOWN])
    if not soonest:
        return None
    known = {show.pk for show in soonest}
    latest = [show for show in latest_shows(2 * SHOWN, now) if show.pk not in known]
    return message_from_templates(
        letter,
        subject=_("Tonight and soon: %(show)s") % {"show": soonest[0].title},
        context={
            "name": letter.user.name,
            "soonest": [line_of(show) for show in soonest],
            "latest": [line_of(show) for show in latest[:SHOWN]],
            "url": f"{settings.SITE_URL}/shows/",
        },
    )


def line_of(show):
    """Return (title, when and where, price, address) of a show from `with_performances`."""
    performance = show.performance
    return (show.title, _when_where(performance), _price(performance), _url(show))


def _date(performance):
    where = f"{performance.venue.name}, {performance.venue.city}"
    return _long(performance.starts_at, performance.venue.zone), where, _price(performance)


def _when_where(performance):
    when = _long(performance.starts_at, performance.venue.zone)
    return f"{when} · {performance.venue.name}, {performance.venue.city}"


def _price(performance):
    if performance.price_from is None:
        return ""
    price = money(performance.price_from, performance.currency)
    return _("from %(price)s") % {"price": price}


def _url(show):
    return f"{settings.SITE_URL}{show.get_absolute_url()}"


def _long(at, zone):
    return date_format(at.astimezone(zone), "D j F Y, H:i")
