"""The pages of the set-up assistant."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import user_of
from backoffice.emails import send_test_email
from organisation.current import current_organisation
from shows.models import Performance
from venues.models import Venue

from . import saving
from .facts import facts_of
from .forms import (
    ExistingPlanForm,
    OrganisationStepForm,
    PerformanceStepForm,
    PlanFileForm,
    SeatedPlanForm,
    ShowStepForm,
    StandingPlanForm,
    VenueStepForm,
)
from .state import Setup, other_plans, read_setup
from .steps import BY_NAME, STEPS, Step, first_to_do, may_set_up, missing_before, step_after

PLAN_FORMS: dict[str, type[Form]] = {
    "standing": StandingPlanForm,
    "seated": SeatedPlanForm,
    "file": PlanFileForm,
}
MOST_WARNINGS = 5


@never_cache
@require_safe
@admin.site.admin_view
def index(request: HttpRequest) -> HttpResponse:
    """Redirect to the first step that is not done."""
    _check(request)
    return redirect(first_to_do(read_setup()).url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
def show_step(request: HttpRequest, name: str) -> HttpResponse:
    """Show a step; when its form is sent, save it and redirect to the next one."""
    _check(request)
    step = BY_NAME.get(name)
    if step is None:
        raise Http404
    setup = read_setup()
    is_allowed = user_of(request).has_perm(step.permission)
    if request.method == "POST" and not is_allowed:
        raise PermissionDenied
    missing = missing_before(step, setup)
    forms = {} if missing or not is_allowed else _forms(request, step, setup)
    if request.method == "POST" and not missing:
        zone = setup.venue.zone if setup.venue else timezone.get_current_timezone()
        with timezone.override(zone):
            is_saved = _save(request, step, setup, forms)
        if is_saved:
            return redirect(step.url if step.name == "mail" else _next_url(step))
    return _page(request, step, setup, forms, missing=missing, is_allowed=is_allowed)


def _check(request: HttpRequest) -> None:
    if not may_set_up(request.user):
        raise PermissionDenied


def _next_url(step: Step) -> str:
    following = step_after(step)
    return following.url if following else step.url


def _forms(request: HttpRequest, step: Step, setup: Setup) -> dict[str, Any]:
    """Return the forms of the step by name; none if it only shows something."""
    data = request.POST if request.method == "POST" else None
    files = request.FILES if request.method == "POST" else None
    if setup.is_open and step.name not in ("organisation", "mail"):
        return {}
    if step.name == "organisation":
        return {"form": OrganisationStepForm(data, instance=setup.organisation)}
    if step.name == "venue":
        venue = setup.venue or Venue(time_zone=current_organisation().time_zone)
        return {"form": VenueStepForm(data, instance=venue)}
    if step.name == "plan":
        return _plan_forms(request, setup)
    if step.name == "show":
        return {"form": ShowStepForm(data, files, instance=setup.show)}
    if step.name == "performance" and setup.venue:
        with timezone.override(setup.venue.zone):
            return {"form": PerformanceStepForm(data, instance=_performance(setup))}
    return {}


def _plan_forms(request: HttpRequest, setup: Setup) -> dict[str, Any]:
    """Return the forms of the plan's step; the one that was sent is bound."""
    kind = request.POST.get("kind", "")
    forms: dict[str, Any] = {
        name: form(request.POST, request.FILES, prefix=name) if name == kind else form(prefix=name)
        for name, form in PLAN_FORMS.items()
    }
    others = other_plans(setup)
    if others.exists():
        sent = request.POST if kind == "existing" else None
        forms["existing"] = ExistingPlanForm(sent, prefix="existing", plans=others)
    return forms


def _performance(setup: Setup) -> Performance:
    if setup.performance:
        if setup.plan:  # The same plan, unless that is another venue's.
            setup.performance.plan = setup.plan
        return setup.performance
    return Performance(
        show=setup.show,
        venue=setup.venue,
        plan=setup.plan,
        currency=current_organisation().currency,
    )


def _save(request: HttpRequest, step: Step, setup: Setup, forms: dict[str, Any]) -> bool:
    """Do what the step does, and return whether it was possible."""
    if step.name == "mail":
        send_test_email(user=user_of(request))
        messages.success(request, _("The test e-mail is on its way to %s.") % request.user)
        return True
    if step.name == "sale" and setup.performance and not setup.is_open:
        return saving.open_sale(request, setup.performance)
    if step.name == "plan":
        return _save_plan(request, setup, forms)
    form = forms.get("form")
    if form is None:
        return True
    if not form.is_valid():
        return False
    save: Any = {
        "organisation": saving.save_organisation,
        "venue": saving.save_venue,
        "show": saving.save_show,
        "performance": saving.save_performance,
    }[step.name]
    save(request, form)
    return True


def _save_plan(request: HttpRequest, setup: Setup, forms: dict[str, Any]) -> bool:
    form = forms.get(request.POST.get("kind", ""))
    if form is None or not form.is_valid() or setup.venue is None:
        return False
    if isinstance(form, ExistingPlanForm):
        saving.choose_plan(request, setup.performance, form.cleaned_data["plan"])
        return True
    draft = form.plan.draft if isinstance(form, PlanFileForm) else form.draft
    plan = saving.save_plan(
        request,
        venue=setup.venue,
        performance=setup.performance,
        name=draft.name or _("Seating plan"),
        draft=draft,
    )
    for warning in form.plan.warnings[:MOST_WARNINGS] if isinstance(form, PlanFileForm) else ():
        messages.warning(request, warning)
    messages.success(
        request,
        _("“%(name)s” is saved. Capacity: %(places)d")
        % {"name": plan.name, "places": draft.capacity},
    )
    return True


def _page(
    request: HttpRequest,
    step: Step,
    setup: Setup,
    forms: dict[str, Any],
    *,
    missing: list[Step],
    is_allowed: bool,
) -> HttpResponse:
    done = [each.is_done(setup) for each in STEPS]
    zone = setup.venue.zone if setup.venue else timezone.get_current_timezone()
    with timezone.override(zone):
        page = render(
            request,
            "admin/setup/step.html",
            {
                **admin.site.each_context(request),
                "title": step.title,
                "step": step,
                "steps": list(zip(STEPS, done, strict=True)),
                "is_done": step.is_done(setup),
                "done": sum(done),
                "next": step_after(step),
                "setup": setup,
                "forms": forms,
                "form": forms.get("form"),
                "missing": missing,
                "is_allowed": is_allowed,
                "facts": facts_of(step, setup, user_of(request)),
            },
        )
    is_refused = request.method == "POST"
    page.status_code = 422 if is_refused else 200
    return page
