"""Writing the programme down: venues, shows and performances, as programs and files say them.

Through the forms of the admin, so that the same is refused here and there. `data` names only what
is to change; what it leaves out stays. Each is one transaction; raises `InvalidCatalogueData` with
every fault at once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _

from core.datetimes import FIRST_YEAR, LAST_YEAR, year_needed
from core.money import check_amount
from venues.forms import VenueForm

from .admin_forms import PerformanceForm, ShowForm
from .models import Artist, Concession, Performance, PriceCategory, Show, Tag
from .name_keys import get_or_create_by_name
from .search import index_show, index_shows
from .terms import clear_cached_terms

# What no form changes once places have been made: tickets are sold on it. The admin shows these
# fields read-only; a new time and new prices have operations of their own, which log it, and tell
# ticket holders.
LOCKED_ON_SALE = ("show", "venue", "plan", "currency", "starts_at", "doors_at")
TIMES = ("starts_at", "doors_at")


class InvalidCatalogueData(Exception):
    """What was data cannot be. `faults` are (field, sentence), the field "" for the whole."""

    def __init__(self, faults):
        super().__init__(faults)
        self.faults = faults

    def __str__(self):
        return " ".join(sentence for _field, sentence in self.faults)


class FieldLocked(InvalidCatalogueData):
    """It is on sale, and what is sold stands on what was to be changed."""


@transaction.atomic
def write_venue(*, venue, data):
    """Add a venue, or change it. `data` has the names of its fields."""
    is_new = venue.pk is None
    venue = _saved(VenueForm, venue, data)
    if not is_new:
        index_shows(Show.objects.filter(performances__venue=venue).distinct())
    return venue


@transaction.atomic
def write_show(*, show, data):
    """Add a show, or change it. `artists` and `tags` are names; new ones are added too."""
    for name, model in (("artists", Artist), ("tags", Tag)):
        if name in data:
            if not all(text.strip() for text in data[name] or []):
                raise InvalidCatalogueData([(name, _("A name is missing."))])
            data = data | {
                name: [get_or_create_by_name(model, text).pk for text in data[name] or []]
            }
    show = _saved(ShowForm, show, data)
    index_show(show)
    return show


@transaction.atomic
def write_performance(*, performance, data, show=None, plan=None):
    """Add a performance as a draft, or change it.

    `prices` is a list of `category`, `price` and `fee`, `concessions` one of `name`, `percent_off`
    and `proof`. Once it is on sale, `LOCKED_ON_SALE`, prices, categories are fixed (`FieldLocked`);
    see `bookings.staff_operations.performance_changes`. Locks the performance's row.
    """
    data = dict(data)
    if performance.pk:
        # Nobody puts it on sale while it is judged by whether it is.
        locked = Performance.objects.select_for_update(no_key=True, of=("self",))
        performance = locked.get(pk=performance.pk)
    if show is not None:
        data["show"] = show.pk
    if plan is not None:
        data["plan"], data["venue"] = plan.pk, plan.venue_id
    if performance.opened_at is not None and (names := locked_changes(performance, data)):
        raise FieldLocked([(name, _why_locked(name)) for name in names])
    prices, concessions = data.pop("prices", None), data.pop("concessions", None)
    performance = _saved(PerformanceForm, performance, data)
    if prices is not None:
        _write_prices(performance, prices)
    if concessions is not None:
        _write_concessions(performance, concessions)
    _check_amounts(performance)
    index_show(performance.show)
    transaction.on_commit(lambda: clear_cached_terms(performance.pk))
    return performance


def _saved(form_class, instance, data):
    """Save a form of the instance as it is, with what was data."""
    fields = form_class._meta.fields
    values = {
        name: instance._meta.get_field(name).value_from_object(instance)
        for name in fields
        if instance.pk or not instance._meta.get_field(name).many_to_many
    }
    told = {name: value for name, value in data.items() if name in fields}
    _check_moments(instance, told)
    form = form_class(values | told, instance=instance)
    if not form.is_valid():
        raise InvalidCatalogueData(
            [
                ("" if field == "__all__" else field, str(error))
                for field, errors in form.errors.items()
                for error in errors
            ]
        )
    return form.save()


def _check_moments(instance, told):
    """Refuse times without their zone, which a form would read on the clock of the server."""
    faults = []
    for name, value in told.items():
        if value and isinstance(instance._meta.get_field(name), DateTimeField):
            if not isinstance(value, datetime) or is_naive(value):
                faults.append((name, _("A time with its zone is needed.")))
            elif not FIRST_YEAR <= value.year <= LAST_YEAR:
                faults.append((name, year_needed()))
    if faults:
        raise InvalidCatalogueData(faults)


def locked_changes(performance: Performance, data: Mapping[str, Any]) -> list[str]:
    """Return which locked fields of a performance `data` would change, "prices" among them.

    A foreign key is data by its primary key.
    """
    names = [name for name in LOCKED_ON_SALE if name in data and _differs(performance, name, data)]
    if data.get("prices") is not None and _prices_differ(performance, data["prices"]):
        names.append("prices")
    return names


def _differs(performance, name, data):
    now = performance._meta.get_field(name).value_from_object(performance)
    wanted = data[name]
    return (wanted.upper() if name == "currency" and wanted else wanted) != now


def _prices_differ(performance, prices):
    now = {row.name: (row.price, row.fee) for row in performance.price_categories.all()}
    return any(now.get(row["category"]) not in (None, (row["price"], row["fee"])) for row in prices)


def _why_locked(name):
    if name in TIMES:
        return _("It is on sale: reschedule it, so that ticket holders are told.")
    if name == "prices":
        return _("It is on sale: change its prices by “Change prices”, which logs the reason.")
    return _("It is on sale: show, venue, seating plan and currency are fixed.")


def _write_prices(performance, prices):
    known = [category["name"] for category in performance.plan.categories]
    names = [row["category"] for row in prices]
    if performance.opened_at is not None:
        known = list(performance.price_categories.values_list("name", flat=True))
    if len(set(names)) < len(names) or not set(names) <= set(known):
        words = _("Each category of the plan once, and no others: %s.") % ", ".join(known)
        raise InvalidCatalogueData([("prices", words)])
    for ordinal, row in enumerate(prices):
        if row["fee"] > row["price"]:
            raise InvalidCatalogueData([("prices", _("The fee is a part of the price."))])
        money = {"price": row["price"], "fee": row["fee"]}
        PriceCategory.objects.update_or_create(
            performance=performance,
            name=row["category"],
            defaults=money,
            create_defaults=money | {"ordinal": ordinal, "colour": ordinal % 8},
        )
    if performance.opened_at is None:
        performance.price_categories.exclude(name__in=names).delete()


def _check_amounts(performance):
    """Prices have the decimals of their currency, also where the currency alone was changed."""
    try:
        for row in PriceCategory.objects.filter(performance=performance):
            check_amount(row.price, performance.currency)
            check_amount(row.fee, performance.currency)
    except ValidationError as error:
        raise InvalidCatalogueData([("prices", error.message)]) from None


def _write_concessions(performance, concessions):
    names = [row["name"] for row in concessions]
    if len(set(names)) < len(names):
        raise InvalidCatalogueData([("concessions", _("Each concession once."))])
    for ordinal, row in enumerate(concessions):
        Concession.objects.update_or_create(
            performance=performance, name=row["name"], defaults=row | {"ordinal": ordinal}
        )
    performance.concessions.exclude(name__in=names).delete()
