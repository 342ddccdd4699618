"""Add and change venues, shows and performances for the API and for imports.

They are validated by the forms of the admin, so that the same rules apply. `data` has only the
fields to change; all others keep their values. Each function is one transaction and raises
`InvalidCatalogueData` with all errors at once.
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
from venues.models import SeatingPlan, Venue

from .admin_forms import PerformanceForm, ShowForm
from .catalogue_errors import FieldLocked, InvalidCatalogueData
from .catalogue_tax import tax_in, write_channel_fees
from .models import Artist, Concession, ConcessionType, Performance, PriceCategory, Show, Tag
from .names import get_or_create_by_name
from .search import index_show, index_shows
from .terms import clear_cached_terms

__all__ = ["FieldLocked", "InvalidCatalogueData"]

# Fields that no form changes once seats have been created, as tickets are sold on them. The admin
# shows them read-only; rescheduling and price changes have operations of their own, which log the
# change and notify ticket holders.
LOCKED_ON_SALE = ("show", "venue", "plan", "currency", "starts_at", "doors_at")
TIMES = ("starts_at", "doors_at")


@transaction.atomic
def write_venue(*, venue: Venue, data: Mapping[str, Any]) -> Venue:
    """Add or change a venue. `data` maps the names of its fields to values.

    `channel_fees` is a list of dicts (see `catalogue_tax`), and replaces those that it has.
    """
    data = dict(data)
    fees = data.pop("channel_fees", None)
    is_new = venue.pk is None
    venue = _saved(VenueForm, venue, data)
    if fees is not None:
        write_channel_fees(venue, fees)
    if not is_new:
        index_shows(Show.objects.filter(performances__venue=venue).distinct())
    return venue


@transaction.atomic
def write_show(*, show: Show, data: Mapping[str, Any]) -> Show:
    """Add or change a show. `artists` and `tags` are lists of names; new ones are added."""
    values = dict(data)
    for field, model in (("artists", Artist), ("tags", Tag)):
        if field in data:
            names = data[field] or []
            if not all(name.strip() for name in names):
                raise InvalidCatalogueData([(field, _("A name is missing."))])
            values[field] = [get_or_create_by_name(model, name).pk for name in names]
    show = _saved(ShowForm, show, values)
    index_show(show)
    return show


@transaction.atomic
def write_performance(
    *,
    performance: Performance,
    data: Mapping[str, Any],
    show: Show | None = None,
    plan: SeatingPlan | None = None,
) -> Performance:
    """Add a performance as a draft, or change it.

    `prices` in `data` is a list of dicts with `category`, `price` and `fee`, `concessions` one with
    `name`, `percent_off` or `amount` (or neither, for the value of the list), and `proof`. A name
    that is new is added to the list. Both can have the tax that they set, and `channel_fees` are
    the fees by channel (see `catalogue_tax`). Once it is on sale, changes of `LOCKED_ON_SALE`, of
    prices and of categories raise `FieldLocked`; see `bookings.staff_operations`.
    Locks the performance's row.
    """
    data = dict(data)
    if performance.pk:
        # So that it cannot be put on sale between the check and the change.
        locked = Performance.objects.select_for_update(no_key=True, of=("self",))
        performance = locked.get(pk=performance.pk)
    if show is not None:
        data["show"] = show.pk
    if plan is not None:
        data["plan"], data["venue"] = plan.pk, plan.venue_id
    if performance.opened_at is not None and (names := locked_changes(performance, data)):
        raise FieldLocked([(name, _why_locked(name)) for name in names])
    prices, concessions = data.pop("prices", None), data.pop("concessions", None)
    fees = data.pop("channel_fees", None)
    performance = _saved(PerformanceForm, performance, data)
    if prices is not None:
        _write_prices(performance, prices)
    if concessions is not None:
        _write_concessions(performance, concessions)
    if fees is not None:
        write_channel_fees(performance, fees, performance.currency)
    _check_amounts(performance)
    index_show(performance.show)
    transaction.on_commit(lambda: clear_cached_terms(performance.pk))
    return performance


def _saved(form_class, instance, data):
    """Save the instance's current values, updated with `data`, through the form."""
    fields = form_class._meta.fields
    values = {
        name: instance._meta.get_field(name).value_from_object(instance)
        for name in fields
        if instance.pk or not instance._meta.get_field(name).many_to_many
    }
    changes = {name: value for name, value in data.items() if name in fields}
    _check_datetimes(instance, changes)
    form = form_class(values | changes, instance=instance)
    if not form.is_valid():
        raise InvalidCatalogueData(
            [
                ("" if field == "__all__" else field, str(error))
                for field, errors in form.errors.items()
                for error in errors
            ]
        )
    return form.save()


def _check_datetimes(instance, changes):
    """Reject times without a UTC offset, which the form would read as the server's local time."""
    faults = []
    for name, value in changes.items():
        if value and isinstance(instance._meta.get_field(name), DateTimeField):
            if not isinstance(value, datetime) or is_naive(value):
                faults.append((name, _("Enter a time with its UTC offset.")))
            elif not FIRST_YEAR <= value.year <= LAST_YEAR:
                faults.append((name, year_needed()))
    if faults:
        raise InvalidCatalogueData(faults)


def locked_changes(performance: Performance, data: Mapping[str, Any]) -> list[str]:
    """Return the names of the locked fields that `data` would change, "prices" among them.

    Foreign keys are given as primary keys.
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
        return _("This performance is on sale. Reschedule it, so that ticket holders are notified.")
    if name == "prices":
        return _("This performance is on sale. Use “Change prices”, which logs the reason.")
    return _(
        "This performance is on sale. Show, venue, seating plan and currency can no longer change."
    )


def _write_prices(performance, prices):
    known = [category["name"] for category in performance.plan.categories]
    names = [row["category"] for row in prices]
    if performance.opened_at is not None:
        known = list(performance.price_categories.values_list("name", flat=True))
    if len(set(names)) < len(names) or not set(names) <= set(known):
        message = _("List each price category of the plan once: %s.") % ", ".join(known)
        raise InvalidCatalogueData([("prices", message)])
    for ordinal, row in enumerate(prices):
        if row["fee"] > row["price"]:
            message = _("The booking fee cannot be more than the price.")
            raise InvalidCatalogueData([("prices", message)])
        money = {"price": row["price"], "fee": row["fee"], **tax_in("prices", row)}
        PriceCategory.objects.update_or_create(
            performance=performance,
            name=row["category"],
            defaults=money,
            create_defaults=money | {"ordinal": ordinal},
        )
    if performance.opened_at is None:
        performance.price_categories.exclude(name__in=names).delete()


def _check_amounts(performance):
    """Check the decimals of all prices, which may be wrong after a change of currency alone."""
    try:
        for row in PriceCategory.objects.filter(performance=performance):
            check_amount(row.price, performance.currency)
            check_amount(row.fee, performance.currency)
    except ValidationError as error:
        raise InvalidCatalogueData([("prices", error.message)]) from None


def _new_concession(row):
    """Add a concession to the list."""
    if row.get("percent_off") is None:
        message = _("There is no concession “%s” in the list. Give its percentage.")
        raise InvalidCatalogueData([("concessions", message % row["name"])])
    return ConcessionType.objects.create(
        name=row["name"], value=row["percent_off"], proof=row.get("proof", "")
    )


def _write_concessions(performance, concessions):
    names = [row["name"] for row in concessions]
    if len(set(names)) < len(names):
        raise InvalidCatalogueData([("concessions", _("List each concession once."))])
    kinds = {kind.name: kind for kind in ConcessionType.objects.filter(name__in=names)}
    for ordinal, row in enumerate(concessions):
        kind = kinds.get(row["name"]) or _new_concession(row)
        values = {"percent_off": None, "amount": None} | row | tax_in("concessions", row)
        if values["amount"] is not None and kind.method == ConcessionType.Method.PERCENT:
            message = _("“%s” is a percentage, not an amount.") % row["name"]
            raise InvalidCatalogueData([("concessions", message)])
        Concession.objects.update_or_create(
            performance=performance,
            name=row["name"],
            defaults=values | {"ordinal": ordinal, "kind": kind},
        )
    performance.concessions.exclude(name__in=names).delete()
