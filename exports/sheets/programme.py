"""Venues, shows and performances, and how performances sell.

The programme is told as `shows.catalogue_files` tells it, so that a sheet which somebody has worked
on can be taken in again.
"""

from functools import partial

from django.db.models import Count, DecimalField, OuterRef, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from bookings.models import Ticket
from shows.catalogue_files import COLUMNS, with_related
from shows.catalogue_tables import table_cells
from shows.models import Performance, Show
from venues.models import Venue

from .sheet import Sheet, sheet_of


def _programme(kind, title, model):
    return Sheet(
        name=kind,
        title=title,
        model=model,
        headings=list(COLUMNS[kind]),
        cells=partial(table_cells, kind),
        prepare=partial(with_related, kind),
    )


VENUES = _programme("venues", _("Venues"), Venue)
SHOWS = _programme("shows", _("Shows"), Show)
PERFORMANCES = _programme("performances", _("Performances, as the programme has them"), Performance)


def _with_figures(performances):
    valid = Ticket.objects.valid().filter(performance=OuterRef("pk")).order_by()
    valid = valid.values("performance")
    return performances.select_related("show", "venue").annotate(
        tickets_valid=Subquery(valid.annotate(n=Count("pk")).values("n")),
        tickets_worth=Subquery(
            valid.annotate(sum=Sum("price")).values("sum"), output_field=_money()
        ),
        fees_worth=Subquery(valid.annotate(sum=Sum("fee")).values("sum"), output_field=_money()),
    )


def _money():
    return DecimalField(max_digits=14, decimal_places=2)


def _at_venue(performance, moment):
    at = getattr(performance, moment)
    return at and at.astimezone(performance.venue.zone)


FIGURES = sheet_of(
    name="figures",
    title=_("Performances, and how they sell"),
    model=Performance,
    needs="payments.view_payment",
    columns=[
        (_("Performance"), lambda performance: performance.pk),
        (_("Show"), lambda performance: performance.show.title),
        (_("Venue"), lambda performance: performance.venue.name),
        (_("City"), lambda performance: performance.venue.city),
        (_("Starts"), lambda performance: _at_venue(performance, "starts_at")),
        (_("On sale from"), lambda performance: _at_venue(performance, "on_sale_from")),
        (_("Sale"), lambda performance: performance.sale_state().label),
        (_("Places"), lambda performance: performance.places_total),
        (_("Left"), lambda performance: performance.places_left),
        (_("Valid tickets"), lambda performance: performance.tickets_valid or 0),
        (_("Worth"), lambda performance: performance.tickets_worth or 0),
        (_("of it fees"), lambda performance: performance.fees_worth or 0),
        (_("Currency"), lambda performance: performance.currency),
    ],
    prepare=_with_figures,
)
