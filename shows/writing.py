"""Writing the programme down: venues, shows and performances, as programs and files say them.

Through the forms of the admin, so that the same is refused here and there. `said` names only what
is to change; what it leaves out stays. Each runs in one transaction, and raises `NotWritten` with
every fault at once.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from venues.forms import VenueForm

from .admin_forms import PerformanceForm, ShowForm
from .models import Artist, Concession, PriceCategory, Show, Tag
from .naming import get_or_add_named
from .search import index_show, index_shows
from .terms import forget_terms

FIXED = ("show", "plan", "currency")


class NotWritten(Exception):
    """What was said cannot be. `faults` are (field, sentence), the field "" for the whole."""

    def __init__(self, faults):
        super().__init__(faults)
        self.faults = faults

    def __str__(self):
        return " ".join(sentence for _field, sentence in self.faults)


class IsFixed(NotWritten):
    """It is on sale, and what is sold stands on what was to be changed."""


@transaction.atomic
def write_venue(*, venue, said):
    """Add a venue, or change it. `said` has the names of its fields."""
    is_new = venue.pk is None
    venue = _saved(VenueForm, venue, said)
    if not is_new:
        index_shows(Show.objects.filter(performances__venue=venue).distinct())
    return venue


@transaction.atomic
def write_show(*, show, said):
    """Add a show, or change it. `artists` and `tags` are names; new ones are added too."""
    for name, model in (("artists", Artist), ("tags", Tag)):
        if name in said:
            if not all(text.strip() for text in said[name] or []):
                raise NotWritten([(name, _("A name is missing."))])
            said = said | {name: [get_or_add_named(model, text).pk for text in said[name] or []]}
    show = _saved(ShowForm, show, said)
    index_show(show)
    return show


@transaction.atomic
def write_performance(*, performance, said, show=None, plan=None):
    """Add a performance as a draft, or change it.

    `prices` is a list of `category`, `price` and `fee`, `concessions` one of `name`, `percent_off`
    and `proof`. Once it is on sale, show, plan, currency and categories are fixed (`IsFixed`).
    """
    said = dict(said)
    prices, concessions = said.pop("prices", None), said.pop("concessions", None)
    if show is not None:
        said["show"] = show.pk
    if plan is not None:
        said["plan"], said["venue"] = plan.pk, plan.venue_id
    if performance.opened_at is not None and _would_change(performance, said):
        raise IsFixed([("", _("It is on sale: show, plan and currency are fixed."))])
    performance = _saved(PerformanceForm, performance, said)
    if prices is not None:
        _write_prices(performance, prices)
    if concessions is not None:
        _write_concessions(performance, concessions)
    index_show(performance.show)
    transaction.on_commit(lambda: forget_terms(performance.pk))
    return performance


def _saved(form_class, instance, said):
    """Save a form of the instance as it is, with what was said."""
    fields = form_class._meta.fields
    values = {
        name: instance._meta.get_field(name).value_from_object(instance)
        for name in fields
        if instance.pk or not instance._meta.get_field(name).many_to_many
    }
    told = {name: value for name, value in said.items() if name in fields}
    form = form_class(values | told, instance=instance)
    if not form.is_valid():
        raise NotWritten(
            [
                ("" if field == "__all__" else field, str(error))
                for field, errors in form.errors.items()
                for error in errors
            ]
        )
    return form.save()


def _would_change(performance, said):
    now = {"show": performance.show_id, "plan": performance.plan_id}
    now["currency"] = performance.currency
    return any(name in said and said[name] != now[name] for name in FIXED)


def _write_prices(performance, prices):
    known = [category["name"] for category in performance.plan.categories]
    names = [row["category"] for row in prices]
    if performance.opened_at is not None:
        known = list(performance.price_categories.values_list("name", flat=True))
    if len(set(names)) < len(names) or not set(names) <= set(known):
        words = _("Each category of the plan once, and no others: %s.") % ", ".join(known)
        raise NotWritten([("prices", words)])
    for ordinal, row in enumerate(prices):
        if row["fee"] > row["price"]:
            raise NotWritten([("prices", _("The fee is a part of the price."))])
        money = {"price": row["price"], "fee": row["fee"]}
        PriceCategory.objects.update_or_create(
            performance=performance,
            name=row["category"],
            defaults=money,
            create_defaults=money | {"ordinal": ordinal, "colour": ordinal % 8},
        )
    if performance.opened_at is None:
        performance.price_categories.exclude(name__in=names).delete()


def _write_concessions(performance, concessions):
    names = [row["name"] for row in concessions]
    if len(set(names)) < len(names):
        raise NotWritten([("concessions", _("Each concession once."))])
    for ordinal, row in enumerate(concessions):
        Concession.objects.update_or_create(
            performance=performance, name=row["name"], defaults=row | {"ordinal": ordinal}
        )
    performance.concessions.exclude(name__in=names).delete()
