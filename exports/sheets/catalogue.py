"""Venues, shows and performances, and the sales figures of performances.

The catalogue has the columns of `shows.catalogue_files`, so that an edited sheet can be imported.
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


def _catalogue_sheet(kind, title, model):
    return Sheet(
        name=kind,
        title=title,
        model=model,
        headings=list(COLUMNS[kind]),
        cells=partial(table_cells, kind),
        prepare=partial(with_related, kind),
    )


VENUES = _catalogue_sheet("venues", _("Venues"), Venue)
SHOWS = _catalogue_sheet("shows", _("Shows"), Show)
PERFORMANCES = _catalogue_sheet("performances", _("Performances (catalogue)"), Performance)


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


def _venue_time(performance, moment):
    at = getattr(performance, moment)
    return at and at.astimezone(performance.venue.zone)


FIGURES = sheet_of(
    name="figures",
    title=_("Sales figures"),
    model=Performance,
    needs="payments.view_payment",
    columns=[
        (_("Performance"), lambda performance: performance.pk),
        (_("Show"), lambda performance: performance.show.title),
        (_("Venue"), lambda performance: performance.venue.name),
        (_("City"), lambda performance: performance.venue.city),
        (_("Starts"), lambda performance: _venue_time(performance, "starts_at")),
        (_("On sale from"), lambda performance: _venue_time(performance, "on_sale_from")),
        (_("Sale"), lambda performance: performance.sale_state().label),
        (_("Capacity"), lambda performance: performance.places_total),
        (_("Available"), lambda performance: performance.places_left),
        (_("Valid tickets"), lambda performance: performance.tickets_valid or 0),
        (_("Revenue"), lambda performance: performance.tickets_worth or 0),
        (_("Fees included"), lambda performance: performance.fees_worth or 0),
        (_("Currency"), lambda performance: performance.currency),
    ],
    prepare=_with_figures,
)
