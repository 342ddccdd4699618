"""The common parts of the admin of bank lines, for money received and money sent."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.dataclasses import UnfoldAction
from unfold.decorators import display

from bookings.admin.actors import ActorsAdmin
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import confirm
from core.money import money

COLOURS = {
    "new": "info",
    "to_do": "warning",
    "part": "warning",
    "matched": "success",
    "refund": "success",
    "payout": "success",
    "ignored": "info",
    "other": "info",
}


class BankLineAdmin(ActorsAdmin, ReadOnlyAdmin):
    """List lines with amount, status and the person who decided; confirm decisions."""

    actor_field = "decided_by"
    sign = 1  # -1 for money sent.
    # The actions that the page of a line offers, by its status.
    offered: dict[str, list[str]] = {}
    date_hierarchy = "booked_on"

    @display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, line: Any) -> str:
        return money(self.sign * line.amount, line.currency)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def state(self, line: Any) -> tuple[str, str]:
        return line.status, line.get_status_display()

    @display(description=gettext_lazy("decided by"), ordering="decided_by")
    def who(self, line: Any) -> str:
        return _("automatic") if line.decided_by == "statement" else self.actor_name(line)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """Leave out the actions that would be refused; pages opened before may still have them."""
        line = self.get_object(request, str(object_id))
        names = self.offered.get(line.status, []) if line else []
        prefix = f"{self.opts.app_label}_{self.opts.model_name}_"
        actions = super().get_actions_detail(request, object_id)
        return [one for one in actions if one.action_name.removeprefix(prefix) in names]

    def get_line(self, request: HttpRequest, object_id: str) -> Any:
        """Return the line; raise Http404 if there is none."""
        line = self.get_object(request, object_id)
        if line is None:
            raise Http404
        return line

    def page_of(self, line: Any) -> str:
        """Return the URL of the line's page."""
        return reverse(f"admin:finance_{self.opts.model_name}_change", args=[line.pk])

    def ask(
        self,
        request: HttpRequest,
        line: Any,
        title: str,
        form: forms.Form,
        text: str,
        button: str,
    ) -> HttpResponse:
        """Show the form and the effect of sending it; `title` names the line."""
        return confirm(
            request,
            self,
            title=title % line,
            button=button,
            form=form,
            text=text,
            items=[line.text] if line.text else [],
            back=self.page_of(line),
        )
