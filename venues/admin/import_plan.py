"""Importing a plan: choose a file, read its faults or look at it, keep it.

Between looking and keeping, the file waits in the cache: it may be larger than a form can carry.
If the cache forgets it, it is asked for again.
"""

import secrets
import zlib

from django.core.cache import cache
from django.utils.translation import gettext as _

from venues.forms import ImportPlanForm, SavePlanForm
from venues.plan_format import read_plan

from .plan_pages import plan_html, plan_page, save_plan

WAITS_SECONDS = 60 * 60


def import_page(request, model_admin):
    if "upload" in request.POST:
        return _keep(request, model_admin)
    initial = {"venue": request.GET.get("venue")}
    form = ImportPlanForm(request.POST or None, request.FILES or None, initial=initial)
    context = {}
    if request.method == "POST" and form.is_valid():
        context = _preview(request, form)
    return _page(request, model_admin, form, **context)


def _preview(request, form):
    draft = form.plan.draft
    upload = secrets.token_urlsafe(16)
    cache.set(_key(request, upload), zlib.compress(form.content), WAITS_SECONDS)
    name = form.cleaned_data["name"] or draft.name
    initial = {"venue": form.cleaned_data["venue"], "name": name, "upload": upload}
    return {
        "keep_form": SavePlanForm(initial=initial, auto_id=False),
        "shown": plan_html(draft),
        "warnings": form.plan.warnings,
        "name": name,
        "venue": form.cleaned_data["venue"],
    }


def _keep(request, model_admin):
    keep_form = SavePlanForm(request.POST)
    content = None
    if keep_form.is_valid():
        content = cache.get(_key(request, keep_form.cleaned_data["upload"]))
    if content is None:
        form = ImportPlanForm(initial=request.POST)
        gone = _("This file has waited too long. Please choose it again.")
        return _page(request, model_admin, form, gone=gone)
    return save_plan(
        request,
        model_admin,
        venue=keep_form.cleaned_data["venue"],
        name=keep_form.cleaned_data["name"],
        draft=read_plan(zlib.decompress(content)).draft,
    )


def _page(request, model_admin, form, **context):
    return plan_page(
        request,
        model_admin,
        "admin/venues/import.html",
        _("Import a seating plan"),
        refused=request.method == "POST" and "shown" not in context,
        form=form,
        **context,
    )


def _key(request, upload):
    """Whoever else learns the upload's name can do nothing with it."""
    return f"plan-upload:{request.user.pk}:{upload}"
