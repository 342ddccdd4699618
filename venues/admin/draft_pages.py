"""The admin pages of a draft: the editor, and what publishing it would change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.primary_keys import parse_key
from venues.document_positions import default_place
from venues.edited_plans import (
    DraftChanged,
    check_document,
    newest_version,
    publish_draft,
)
from venues.models import EditedPlan, Seat, SeatingPlan
from venues.new_sections import NewSectionForm
from venues.numbering import NumberingForm
from venues.plan_diff import compare_plans
from venues.plan_format import InvalidPlan
from venues.plan_format.conventions import KIND_NAMES
from venues.plan_format.values import DEFAULT_COLORS
from venues.plans import draft_of

from .editor_texts import KEY_HELP, editor_texts
from .plan_pages import plan_html, plan_page
from .return_pages import page_after_publishing

REQUESTS = ("document", "sections", "row", "seat", "labels", "background", "table", "publish")


def editor_page(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Show the editor. The draft itself is loaded by a request of its own."""
    urls = {name: draft_url(draft, name) for name in REQUESTS}
    return plan_page(
        request,
        model_admin,
        "admin/venues/editor.html",
        draft.name,
        draft=draft,
        urls=urls,
        settings={
            "urls": urls,
            "kinds": KIND_NAMES,
            "kindLabels": {str(kind.value): str(kind.label) for kind in Seat.Kind},
            "colors": DEFAULT_COLORS,
            "texts": editor_texts(),
        },
        section_form=NewSectionForm(initial=default_place(draft.document), auto_id="new-%s"),
        numbering_form=NumberingForm(auto_id="renumber-%s"),
        kinds=Seat.Kind.choices,
        key_help=KEY_HELP,
    )


def publish_page(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Show what the draft changes; posted, publish it as a version and delete the draft."""
    checked = check_document(draft.document)
    before = newest_version(draft)
    if request.method == "POST":
        revision = parse_key(request.POST.get("revision")) or 0
        try:
            plan = publish_draft(draft=draft, revision=revision)
        except DraftChanged as refusal:
            messages.error(request, str(refusal))
        except InvalidPlan:
            messages.error(request, _("The draft has faults and cannot be published yet."))
        else:
            _report_published(request, model_admin, before, plan)
            return redirect(page_after_publishing(request, draft.pk, plan))
    return plan_page(
        request,
        model_admin,
        "admin/venues/publish_draft.html",
        _("Publish %s") % draft.name,
        refused=request.method == "POST",
        draft=draft,
        editor=draft_url(draft, "change"),
        checked=checked,
        before=before,
        is_outdated=before is not None and before.version != draft.base_version,
        version=before.version + 1 if before else 1,
        diff=before and checked.plan and compare_plans(draft_of(before), checked.plan),
        shown=checked.plan and plan_html(checked.plan),
    )


def draft_url(draft: EditedPlan, page: str) -> str:
    return reverse(f"admin:venues_editedplan_{page}", args=[draft.pk])


def _report_published(
    request: HttpRequest, model_admin: Any, before: SeatingPlan | None, plan: SeatingPlan
) -> None:
    if before and before.pk == plan.pk:
        messages.info(request, _("No changes: this plan is identical to %s.") % plan)
    else:
        model_admin.log_addition(request, plan, _("Version %d.") % plan.version)
        message = _("Version %(version)d saved. “%(name)s” can now be used for performances.")
        messages.success(request, message % {"version": plan.version, "name": plan.name})
