"""Reconciliation tasks in the admin: unexplained amounts, closed with a reason."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display

from bookings.admin.actors import actor_names
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import ReasonForm, actor_of, confirm, was_confirmed
from core.exceptions import Refused
from core.money import money

from ..models import ReconciliationTask
from ..reconciliation.staff_tasks import close_task, reopen_task
from ..reconciliation.texts import text_of


class StateFilter(admin.SimpleListFilter):
    """Open tasks, unless another state is chosen."""

    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("closed", _("closed")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        choices = super().choices(changelist)
        yield next(choices) | {"display": _("to do")}
        yield from choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        return queryset.closed() if self.value() == "closed" else queryset.open()


@admin.register(ReconciliationTask)
class ReconciliationTaskAdmin(ReadOnlyAdmin):
    list_display = ["happened_on", "unexplained", "text", "act_by", "closed_at"]
    list_filter = [StateFilter, "kind", "provider", "happened_on"]
    date_hierarchy = "happened_on"
    fields = [
        "kind",
        "text",
        "unexplained",
        "provider",
        "happened_on",
        "found_at",
        "act_by",
        "payout",
        "closed_at",
        "who",
        "reason",
    ]
    actions = ["close_chosen"]
    actions_detail = ["close", "reopen"]

    @display(description=gettext_lazy("unexplained"), ordering="amount")
    def unexplained(self, task: ReconciliationTask) -> str:
        return money(task.amount, task.currency)

    @display(description=gettext_lazy("what does not fit"))
    def text(self, task: ReconciliationTask) -> str:
        return text_of(task)

    @display(description=gettext_lazy("closed by"))
    def who(self, task: ReconciliationTask) -> str:
        return actor_names([task.closed_by])[task.closed_by] if task.closed_by else "–"

    @display(description=gettext_lazy("payout"))
    def payout(self, task: ReconciliationTask) -> str:
        """Link to the payout of the task."""
        reference = task.detail.get("payout")
        if not reference:
            return "–"
        url = reverse("admin:payments_payout_changelist")
        return format_html(
            '<a class="font-semibold underline" href="{}?q={}">{}</a>', url, reference, reference
        )

    @action(description=gettext_lazy("Close task"), url_path="close", permissions=["act"])
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Close a task with the reason why the amount is right."""
        task = self._task(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                close_task(task=task, closed_by=actor_of(request), reason=reason)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, task, _("Closed: %s") % reason)
                messages.success(request, _("The task is closed."))
                return redirect("admin:finance_reconciliationtask_changelist")
        return confirm(
            request,
            self,
            title=_("Close task"),
            button=_("Close task"),
            form=form,
            text=_("Explain why the amount is correct. The monthly report shows the reason."),
            items=[text_of(task)],
            back=reverse("admin:finance_reconciliationtask_change", args=[task.pk]),
        )

    @admin.action(description=gettext_lazy("Close tasks"), permissions=["act"])
    def close_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Close the selected tasks with one reason."""
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if not (was_confirmed(request) and form.is_valid()):
            return confirm(
                request,
                self,
                title=_("Close tasks"),
                button=_("Close tasks"),
                form=form,
                text=_("Explain why the amounts are correct."),
                items=[text_of(task) for task in queryset],
                queryset=queryset,
            )
        reason, count = form.cleaned_data["reason"], 0
        for task in queryset.open():
            try:
                close_task(task=task, closed_by=actor_of(request), reason=reason)
            except Refused:
                continue  # Somebody else was faster.
            self.log_change(request, task, _("Closed: %s") % reason)
            count += 1
        message = ngettext("%(count)d task is closed.", "%(count)d tasks are closed.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)
        return None

    @action(description=gettext_lazy("Reopen"), url_path="reopen", permissions=["act"])
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reopen a closed task, after confirmation."""
        task = self._task(request, object_id)
        back = reverse("admin:finance_reconciliationtask_change", args=[task.pk])
        if was_confirmed(request):
            if reopen_task(task=task):
                self.log_change(request, task, _("Reopened."))
                messages.success(request, _("The task is open again."))
            return redirect(back)
        return confirm(
            request,
            self,
            title=_("Reopen task"),
            button=_("Reopen"),
            items=[text_of(task)],
            back=back,
        )

    def _task(self, request: HttpRequest, object_id: str) -> ReconciliationTask:
        task: ReconciliationTask | None = self.get_object(request, object_id)
        if task is None:
            raise Http404
        return task
