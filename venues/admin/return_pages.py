"""Lead back to the page from which a plan was made, such as the set-up assistant."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from venues.models import EditedPlan, SeatingPlan

SESSION_KEY = "plan_draft_return"


def remember_return_page(request: HttpRequest, draft: EditedPlan) -> None:
    """Keep the page named by `next` in the session until the draft is published."""
    if page := _next_page(request):
        request.session[SESSION_KEY] = [draft.pk, page]


def page_after_publishing(request: HttpRequest, draft_pk: int, plan: SeatingPlan) -> str:
    """Return the page that led to this draft, by default that of the plan."""
    if request.session.get(SESSION_KEY, [None])[0] == draft_pk:
        return str(request.session.pop(SESSION_KEY)[1])
    return _page_of(plan)


def page_after_saving(request: HttpRequest, plan: SeatingPlan) -> str:
    """Return the page named by `next`, by default that of the plan."""
    return _next_page(request) or _page_of(plan)


def _next_page(request: HttpRequest) -> str:
    page = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours else ""


def _page_of(plan: SeatingPlan) -> str:
    return reverse("admin:venues_seatingplan_change", args=[plan.pk])
