"""What has been set up so far, read from the data."""

from dataclasses import dataclass

from django.db.models import QuerySet

from bookings.staff_operations.put_on_sale import reasons_against
from emails.models import OutboxEmail
from organisation.models import Organisation
from payments.choice import chosen_provider
from payments.credentials import credentials_of
from payments.exceptions import ProviderUnavailable
from payments.providers import takes_online_payments
from shows.models import Performance, Show
from venues.models import SeatingPlan, Venue

from ..emails import TEST


@dataclass(frozen=True)
class Setup:
    """What the assistant works on: the newest of each, or what is on sale already.

    `is_open` tells whether a performance has ever been put on sale. From then on the assistant only
    shows what there is, because changes belong to the pages of the admin.
    """

    organisation: Organisation
    venue: Venue | None
    plan: SeatingPlan | None
    show: Show | None
    performance: Performance | None
    is_open: bool
    test_email: OutboxEmail | None

    @property
    def reasons(self) -> list[str]:
        """Why the performance cannot be put on sale, as sentences."""
        return reasons_against(self.performance) if self.performance else []


def read_setup() -> Setup:
    """Return what has been set up. At most six short queries."""
    performances = Performance.objects.current().taking_place()
    performances = performances.select_related("show", "venue", "plan").order_by("-pk")
    opened = performances.filter(opened_at__isnull=False).first()
    performance = opened or performances.first()
    venue = performance.venue if performance else _newest(Venue.objects)
    return Setup(
        organisation=Organisation.objects.first() or Organisation(),
        venue=venue,
        plan=_plan_of(performance, venue),
        show=performance.show if performance else _newest(Show.objects),
        performance=performance,
        is_open=opened is not None,
        test_email=OutboxEmail.objects.filter(kind=TEST).order_by("-pk").first(),
    )


def other_plans(setup: Setup) -> QuerySet[SeatingPlan]:
    """Return the other plans that the performance being prepared could have, the newest first."""
    plans = SeatingPlan.objects.current().order_by("-pk")
    if setup.performance is None or setup.plan is None:
        return plans.none()
    return plans.filter(venue=setup.venue).exclude(pk=setup.plan.pk)


def has_payment_keys() -> bool:
    """Return whether the chosen payment provider can be used: the demo bank needs no keys."""
    if not takes_online_payments():
        return False
    if chosen_provider() == "demo":
        return True
    try:
        credentials_of(chosen_provider())
    except ProviderUnavailable:
        return False
    return True


def _plan_of(performance, venue):
    """Return the performance's plan, or the newest one of the venue; never another venue's."""
    if performance and performance.plan.venue_id == performance.venue_id:
        return performance.plan
    return _newest(SeatingPlan.objects.filter(venue=venue)) if venue else None


def _newest(rows):
    return rows.current().order_by("-pk").first()
