"""Generating a plan: say which sections there are, look at it, keep it."""

from django.utils.translation import gettext as _

from venues.forms import GeneratePlanForm, PlanSections

from .plan_pages import plan_html, plan_page, save_plan


def generate_page(request, model_admin):
    data = _with_more_sections(request.POST) if "more" in request.POST else request.POST or None
    form = GeneratePlanForm(data, initial={"venue": request.GET.get("venue")})
    sections = PlanSections(data, prefix="sections")
    draft = None
    is_sent = bool(data) and "more" not in request.POST
    if is_sent and form.is_valid() and sections.is_valid():
        draft = sections.draft(form.cleaned_data["name"])
    if draft and "keep" in request.POST:
        return save_plan(request, model_admin, draft=draft, **form.cleaned_data)
    return plan_page(
        request,
        model_admin,
        "admin/venues/generate.html",
        _("Generate a seating plan"),
        refused=is_sent and not draft,
        form=form,
        sections=sections,
        shown=draft and plan_html(draft),
        without_checks={"formnovalidate": True},
    )


def _with_more_sections(post):
    """The same answers with room for four more sections."""
    data = post.copy()
    try:
        count = int(data["sections-TOTAL_FORMS"])
    except (KeyError, ValueError):
        count = 0
    data["sections-TOTAL_FORMS"] = str(min(count + 4, PlanSections.max_num))
    return data
