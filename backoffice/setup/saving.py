"""Save the steps of the assistant, by the operations of the admin, with their log entries."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bookings.exceptions import CannotPutOnSale
from bookings.staff_operations.put_on_sale import put_on_sale
from core.admin.confirmation import actor_of
from organisation.models import Organisation
from shows.models import Performance, PriceCategory
from shows.posters import set_poster
from shows.search import index_show
from shows.terms import clear_cached_terms
from venues.drafts import PlanDraft
from venues.models import SeatingPlan, Venue
from venues.plans import add_plan_version

from .forms import (
    OrganisationStepForm,
    PerformanceStepForm,
    ShowStepForm,
    VenueStepForm,
)


@transaction.atomic
def save_organisation(request: HttpRequest, form: OrganisationStepForm) -> None:
    """Save the settings; those of other pages stay."""
    is_new = not Organisation.objects.exists()
    organisation = form.save()
    _log(request, organisation, is_new)


@transaction.atomic
def save_venue(request: HttpRequest, form: VenueStepForm) -> None:
    """Add or change the venue."""
    is_new = form.instance.pk is None
    _log(request, form.save(), is_new)


@transaction.atomic
def save_plan(
    request: HttpRequest,
    *,
    venue: Venue,
    performance: Performance | None,
    name: str,
    draft: PlanDraft,
) -> SeatingPlan:
    """Save the plan as a version, and use it for the performance while that is a draft."""
    plan = add_plan_version(venue=venue, name=name, draft=draft)
    _log(request, plan, True)
    _use_plan(performance, plan)
    return plan


@transaction.atomic
def choose_plan(request: HttpRequest, performance: Performance | None, plan: SeatingPlan) -> None:
    """Use another plan for the performance while that is a draft."""
    _use_plan(performance, plan)
    if performance:
        _log(request, performance, False)


def _use_plan(performance: Performance | None, plan: SeatingPlan) -> None:
    """Change the plan of a draft; the prices of categories that it has too stay."""
    if performance and Performance.objects.filter(pk=performance.pk, opened_at=None).update(
        plan=plan
    ):
        performance.plan = plan
        _drop_other_prices(performance)
        clear_cached_terms(performance.pk)


def _drop_other_prices(performance: Performance) -> None:
    """Delete the prices of categories that the performance's plan does not have."""
    names = [category["name"] for category in performance.plan.categories]
    performance.price_categories.exclude(name__in=names).delete()


def save_show(request: HttpRequest, form: ShowStepForm) -> None:
    """Add or change the show. It is published with its first performance."""
    with transaction.atomic():
        is_new = form.instance.pk is None
        if is_new:
            form.instance.is_published = False
        show = form.save()
        _log(request, show, is_new)
        index_show(show)
    if poster := form.cleaned_data.get("new_poster"):
        set_poster(show=show, image=poster.image)


@transaction.atomic
def save_performance(request: HttpRequest, form: PerformanceStepForm) -> None:
    """Add or change the draft of the performance, with its prices."""
    is_new = form.instance.pk is None
    performance = form.save()
    for price in form.prices():
        PriceCategory.objects.update_or_create(
            performance=performance,
            name=price.name,
            defaults={"price": price.price, "ordinal": price.ordinal},
        )
    _drop_other_prices(performance)
    _log(request, performance, is_new)
    index_show(performance.show)
    clear_cached_terms(performance.pk)


def open_sale(request: HttpRequest, performance: Performance) -> bool:
    """Put the performance on sale and publish its show; return whether it was possible."""
    try:
        opened = put_on_sale(performance=performance, actor=actor_of(request))
    except CannotPutOnSale as refusal:
        messages.error(request, str(refusal))
        return False
    with transaction.atomic():
        show = opened.show
        if not show.is_published:
            show.is_published = True
            show.save(update_fields=["is_published"])
            _log(request, show, False)
        index_show(show)
        admin.site.get_model_admin(Performance).log_change(request, opened, _("Put on sale."))
    clear_cached_terms(opened.pk)
    return True


def _log(request: HttpRequest, row: Any, is_new: bool) -> None:
    """Log the change of a row as staff activity, in the words of the admin."""
    model_admin = admin.site.get_model_admin(type(row))
    message = _("In the set-up assistant.")
    if is_new:
        model_admin.log_addition(request, row, message)
    else:
        model_admin.log_change(request, row, message)
