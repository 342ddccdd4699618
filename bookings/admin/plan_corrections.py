"""The admin page that corrects the seating plan of a performance on sale."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanWidget

from bookings.emails.renamed_seats import preview_renamed
from bookings.staff_operations.plan_corrections import LISTED, Correction, correct_plan
from bookings.staff_operations.renamed_seats import find_renamed, orders_of
from core.admin.confirmation import (
    ReasonForm,
    ShownForm,
    actor_of,
    confirm,
    run_or_add_error,
    was_confirmed,
)
from shows.models import Performance
from venues.models import SeatingPlan
from venues.plan_diff import compare_plans
from venues.plans import draft_of


class CorrectionForm(ShownForm, ReasonForm):
    """The version of the plan to correct to; what differs is shown before it is confirmed."""

    plan = forms.ModelChoiceField(
        SeatingPlan.objects.none(), label=_("version"), widget=UnfoldAdminSelectWidget
    )
    notify = forms.BooleanField(
        label=_("e-mail customers whose seats have a new name"),
        required=False,
        widget=UnfoldBooleanWidget,
    )
    field_order = ["plan", "notify", "reason"]

    def __init__(self, *args: Any, plans: QuerySet[SeatingPlan], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["plan"]
        field.queryset = plans
        field.label_from_instance = lambda plan: plan.version_label


class PlanCorrectionPage(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    @action(
        description=_("Correct seating plan"),
        url_path="correct-plan",
        icon="edit_square",
        permissions=["change"],
    )
    def correct_plan(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what another version changes; confirmed, re-point the places to it."""
        performance = self._performance(request, object_id)  # type: ignore[attr-defined]
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        others = SeatingPlan.objects.filter(venue=performance.venue_id, archived_at=None)
        others = others.exclude(pk=performance.plan_id).order_by("name", "-version")
        newer = others.filter(
            name=performance.plan.name, version__gt=performance.plan.version
        ).first()
        form = CorrectionForm(
            request.POST if was_confirmed(request) else None,
            plans=others,
            initial={"plan": newer},
        )
        plan = newer
        if was_confirmed(request) and form.is_valid():
            plan = form.cleaned_data["plan"]
            if form.has_shown(plan.pk) and self._correct(request, performance, form):
                return redirect(page)
        elif newer and not form.is_bound:
            # The newest version is shown at once; another one is shown first.
            form = _shown_already(form, newer, others)
        return confirm(
            request,
            self,
            title=_("Correct the seating plan of %s") % performance,
            button=_("Correct seating plan"),
            form=form,
            text=_text(plan, others),
            items=_changes(performance, plan) if plan else [],
            outcome=_email_preview(request, performance, plan) if plan else "",
            back=page,
        )

    def _correct(
        self, request: HttpRequest, performance: Performance, form: CorrectionForm
    ) -> Correction | None:
        plan, reason = form.cleaned_data["plan"], form.cleaned_data["reason"]
        done: Correction | None = run_or_add_error(
            correct_plan,
            form=form,
            performance=performance,
            plan=plan,
            actor=actor_of(request),
            reason=reason,
            notify=form.cleaned_data["notify"],
        )
        if done is None:
            return None
        self.log_change(
            request,
            performance,
            _("Seating plan corrected to %(plan)s: %(reason)s")
            % {"plan": plan.version_label, "reason": reason},
        )
        messages.success(request, _("The performance now has %s.") % plan.version_label)
        if done.notified:
            text = ngettext(
                "%d customer gets an e-mail about the new seat name.",
                "%d customers get an e-mail about their new seat names.",
                done.notified,
            )
            messages.success(request, text % done.notified)
        elif count := len(done.renamed):
            text = ngettext(
                "%d ticket has a new seat name. Send it again, so that its holder has it.",
                "%d tickets have new seat names. Send them again, so that their holders have them.",
                count,
            )
            messages.warning(request, text % count)
        return done


def _shown_already(
    form: CorrectionForm, plan: SeatingPlan, plans: QuerySet[SeatingPlan]
) -> CorrectionForm:
    """Return the form with the mark that this version's changes are on the page."""
    form.cleaned_data = {}
    form.has_shown(plan.pk)
    shown = form.data["shown"]
    return CorrectionForm(plans=plans, initial={"plan": plan, "shown": shown})


def _text(plan: SeatingPlan | None, others: QuerySet[SeatingPlan]) -> Any:
    if plan is None and others.exists():
        return _("There is no newer version of this plan. You can still choose another one.")
    if plan is None:
        return _("There is no other version of this plan yet. Edit a copy of it first.")
    return _(
        "Tickets keep their seats. Sold and held seats stay sold and held; added seats go on sale,"
        " and available seats that are missing in the chosen version are taken off sale."
    )


def _email_preview(request: HttpRequest, performance: Performance, plan: SeatingPlan) -> str:
    """Return the customers whose seats get new names, and the first e-mail, as HTML."""
    labels = find_renamed(performance=performance, plan=plan)
    if not labels:
        return ""
    orders = orders_of(labels)
    message = None
    if orders:
        order, tickets = orders[0]
        message = preview_renamed(order, {pk: labels[pk] for pk in tickets})
    context = {
        "labels": list(labels.values())[:LISTED],
        "more": max(0, len(labels) - LISTED),
        "customers": len(orders),
        "message": message,
    }
    return render_to_string("admin/bookings/renamed_seats.html", context, request)


def _changes(performance: Performance, plan: SeatingPlan) -> list[str]:
    lines = compare_plans(draft_of(performance.plan), draft_of(plan)).lines()
    return [f"{plan.version_label}:", *(lines or [str(_("Nothing changes."))])]
