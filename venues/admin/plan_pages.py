"""The admin pages that generate and import seating plans: fill in, preview, save.

Between preview and saving, an imported file waits in the cache, as it may be larger than a form can
carry. If the cache has lost it, it is asked for again.
"""

import secrets
import zlib
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from venues.drafts import PlanDraft
from venues.forms import GeneratePlanForm, ImportPlanForm, PlanSections, SavePlanForm
from venues.models import SeatingPlan, Venue
from venues.plan_format import read_plan
from venues.plans import add_plan_version
from venues.preview import legend, plan_svg

from .return_pages import page_after_saving

UPLOAD_SECONDS = 60 * 60


def generate_page(request: HttpRequest, model_admin: ModelAdmin) -> HttpResponse:
    """Show the form for generating a plan, its preview, or save the plan ("keep")."""
    data = _with_more_sections(request.POST) if "more" in request.POST else request.POST or None
    form = GeneratePlanForm(data, initial={"venue": request.GET.get("venue")})
    sections: Any = PlanSections(data, prefix="sections")
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
        skip_validation={"formnovalidate": True},
    )


def _with_more_sections(post: QueryDict) -> QueryDict:
    """Return the submitted data with four more sections to fill in."""
    data = post.copy()
    try:
        count = int(str(data["sections-TOTAL_FORMS"]))
    except (KeyError, ValueError):
        count = 0
    data["sections-TOTAL_FORMS"] = str(min(count + 4, PlanSections.max_num))
    return data


def import_page(request: HttpRequest, model_admin: ModelAdmin) -> HttpResponse:
    """Show the upload form, the preview of a file, or save a previewed file ("upload")."""
    if "upload" in request.POST:
        return _save_upload(request, model_admin)
    initial = {"venue": request.GET.get("venue")}
    form = ImportPlanForm(request.POST or None, request.FILES or None, initial=initial)
    context = {}
    if request.method == "POST" and form.is_valid():
        context = _preview(request, form)
    return _import_page(request, model_admin, form, **context)


def _preview(request: HttpRequest, form: ImportPlanForm) -> dict[str, Any]:
    draft = form.plan.draft
    upload = secrets.token_urlsafe(16)
    cache.set(_key(request, upload), zlib.compress(form.content), UPLOAD_SECONDS)
    name = form.cleaned_data["name"] or draft.name
    initial = {"venue": form.cleaned_data["venue"], "name": name, "upload": upload}
    return {
        "keep_form": SavePlanForm(initial=initial, auto_id=False),
        "shown": plan_html(draft),
        "warnings": form.plan.warnings,
        "name": name,
        "venue": form.cleaned_data["venue"],
    }


def _save_upload(request: HttpRequest, model_admin: ModelAdmin) -> HttpResponse:
    save_form = SavePlanForm(request.POST)
    content = None
    if save_form.is_valid():
        content = cache.get(_key(request, save_form.cleaned_data["upload"]))
    if content is None:
        form = ImportPlanForm(initial=request.POST)
        message = _("The upload has expired. Please select the file again.")
        return _import_page(request, model_admin, form, message=message)
    return save_plan(
        request,
        model_admin,
        venue=save_form.cleaned_data["venue"],
        name=save_form.cleaned_data["name"],
        draft=read_plan(zlib.decompress(content)).draft,
    )


def _import_page(
    request: HttpRequest, model_admin: ModelAdmin, form: ImportPlanForm, **context: Any
) -> HttpResponse:
    return plan_page(
        request,
        model_admin,
        "admin/venues/import.html",
        _("Import a seating plan"),
        refused=request.method == "POST" and "shown" not in context,
        form=form,
        **context,
    )


def _key(request: HttpRequest, upload: str) -> str:
    """Return the cache key of an upload, which belongs to the user who sent it."""
    return f"plan-upload:{request.user.pk}:{upload}"


def plan_html(draft: PlanDraft) -> SafeString:
    """Render the picture, the legend and the sections of a draft."""
    return render_to_string(
        "admin/venues/_plan.html",
        {"plan": draft, "svg": plan_svg(draft), "legend": legend(draft)},
    )


def plan_page(
    request: HttpRequest,
    model_admin: ModelAdmin,
    template: str,
    title: str,
    *,
    refused: bool = False,
    **context: Any,
) -> HttpResponse:
    """Render an admin page for plans, with status 422 if the input was `refused`."""
    request.current_app = model_admin.admin_site.name
    return render(
        request,
        template,
        {
            **model_admin.admin_site.each_context(request),
            "title": title,
            "opts": model_admin.opts,
            **context,
        },
        status=422 if refused else 200,
    )


def save_plan(
    request: HttpRequest, model_admin: ModelAdmin, *, venue: Venue, name: str, draft: PlanDraft
) -> HttpResponse:
    """Save the draft as a version, log it, and redirect with a message to it, or to `next`."""
    versions = SeatingPlan.objects.filter(venue=venue, name=name)
    before = versions.count()
    plan = add_plan_version(venue=venue, name=name, draft=draft)
    if versions.count() == before:
        messages.info(request, _("No changes: this plan is identical to %s.") % plan)
    else:
        model_admin.log_addition(request, plan, _("Version %d.") % plan.version)
        message = _("Version %(version)d saved. “%(name)s” can now be used for performances.")
        messages.success(request, message % {"version": plan.version, "name": plan.name})
    return redirect(page_after_saving(request, plan))
