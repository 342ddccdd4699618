"""Confirmation pages of admin actions, with a reason. They work without JavaScript."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminTextInputWidget

from core.annotations import Text
from core.exceptions import Refused

# The `attrs` of actions that cannot be undone: they are shown apart, after all others
# (`core.admin.bases.ModelAdmin`). Actions of a list have the decorator `irreversible` instead.
IRREVERSIBLE = {"data-irreversible": True}
# At most so many rows of a list are changed at once, and so many are named on the page.
MOST_ROWS, MOST_NAMED = 200, 40
# The field that marks a POST as confirmed.
CONFIRMED = "confirmed"


class ReasonForm(forms.Form):
    """A form with the reason for an action, which is logged."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Recorded in the log with your name."),
    )


class OnceForm(ReasonForm):
    """A form with an idempotency key, so that posting it twice does it once."""

    request_key = forms.CharField(
        max_length=24, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(12)
    )


class ShownForm(forms.Form):
    """A form whose outcome is previewed before it is confirmed.

    `shown` is the hash of the previewed outcome. If the outcome has changed, it is previewed again.
    """

    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def has_shown(self, outcome: object) -> bool:
        """Return whether this outcome, which must have a stable `repr`, was previewed."""
        digest = hashlib.sha256(repr(outcome).encode()).hexdigest()
        if self.cleaned_data.get("shown") == digest:
            return True
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["shown"] = digest
        self.data = data
        return False


def irreversible(function: Any) -> Any:
    """Mark an action of a list as one that cannot be undone. Stands above `admin.action`."""
    function.attrs = IRREVERSIBLE
    return function


def is_irreversible(function: Any) -> bool:
    """Return whether the action of a list cannot be undone; the admin's own deletion cannot."""
    marked = getattr(function, "attrs", None) == IRREVERSIBLE
    return marked or function.__name__ == "delete_selected"


def actor_of(request: HttpRequest) -> str:
    """Return the actor of a transaction-log entry for a member of staff."""
    return f"staff:{request.user.pk}"


def was_confirmed(request: HttpRequest) -> bool:
    """Return whether the request was posted by a confirmation page."""
    return request.method == "POST" and CONFIRMED in request.POST


def run_or_add_error(
    operation: Callable[..., Any], *, form: Any, beside: str | None = None, **arguments: Any
) -> Any:
    """Run the operation with `arguments` and return its result.

    If it is refused, add the refusal to the form, at the field `beside` or above all fields, and
    return None.
    """
    try:
        return operation(**arguments)
    except Refused as refusal:
        form.add_error(beside, str(refusal))
        return None


def confirm(
    request: HttpRequest,
    model_admin: Any,
    *,
    title: Text,
    button: Text,
    form: forms.BaseForm | None = None,
    text: Text = "",
    items: Iterable[object] = (),
    outcome: str = "",
    queryset: Iterable[Any] | None = None,
    back: str = "",
) -> HttpResponse:
    """Return a confirmation page, whose button posts to the same URL with `CONFIRMED`.

    `text` explains the action, `items` lists what it concerns, and `outcome` is a preview as safe
    HTML. With `queryset` the page belongs to a list action and posts the selected rows. `back` is
    the URL of the cancel link, by default the list.
    """
    request.current_app = model_admin.admin_site.name
    lists = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    back = back or reverse(f"{lists}_changelist")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "form": form or forms.Form(),
        "button": button,
        "text": text,
        "items": items,
        "outcome": outcome,
        "action": request.POST.get("action", ""),
        "chosen_name": ACTION_CHECKBOX_NAME,
        "chosen": [] if queryset is None else [row.pk for row in queryset],
        "confirmed_name": CONFIRMED,
        "back": back,
    }
    status = 422 if was_confirmed(request) and form is not None and form.errors else 200
    return render(request, "admin/confirm.html", context, status=status)


def confirm_rows(
    request: HttpRequest,
    model_admin: Any,
    queryset: QuerySet[Any],
    *,
    title: Text,
    button: Text,
    text: Text = "",
    form: forms.BaseForm | None = None,
    describe: Callable[[Any], object] = str,
) -> HttpResponse | None:
    """Return the confirmation page of an action on the selected rows.

    It names the first of them, with `describe`. Too many are refused with a message, and None.
    """
    rows = list(queryset[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        messages.warning(request, _("Select at most %d rows.") % MOST_ROWS)
        return None
    items = [describe(row) for row in rows[:MOST_NAMED]]
    if more := len(rows) - len(items):
        items.append(ngettext("and %d more", "and %d more", more) % more)
    return confirm(
        request,
        model_admin,
        title=title,
        button=button,
        form=form,
        text=text,
        items=items,
        queryset=rows,
    )


def _text_of(_model_admin: Any, row: Any) -> str:
    return str(row)


def confirm_first(
    *, title: Text, button: Text, text: Text, describe: Callable[[Any, Any], object] = _text_of
) -> Callable[[Any], Any]:
    """Have an action of a list show its confirmation page before it runs.

    Stands below `admin.action`. `describe` returns the text of a row, from (model admin, row).
    """

    def decorate(operation: Any) -> Any:
        @wraps(operation)
        def run(
            model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
        ) -> HttpResponse | None:
            if was_confirmed(request):
                operation(model_admin, request, queryset)
                return None
            return confirm_rows(
                request,
                model_admin,
                queryset,
                title=title,
                button=button,
                text=text,
                describe=partial(describe, model_admin),
            )

        return run

    return decorate
