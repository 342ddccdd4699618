"""Asking before something is done, and why: a page of its own, which works without a script."""

import hashlib
import secrets

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

# A posted page with this field has been asked already.
CONFIRMED = "sure"


class ReasonForm(forms.Form):
    """Why staff do what they are about to do. It goes into the log."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Recorded in the log with your name."),
    )


class OnceForm(ReasonForm):
    """A form whose wish has a name, so that sending it twice does it once."""

    wish = forms.CharField(
        max_length=24, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(12)
    )


class ShownForm(forms.Form):
    """A form whose outcome is shown before it comes about.

    `shown` names the outcome that the page showed. Sent with any other, it shows again.
    """

    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def has_shown(self, outcome):
        """Whether this very outcome, which must have a stable `repr`, was on the page."""
        name = hashlib.sha256(repr(outcome).encode()).hexdigest()
        if self.cleaned_data.get("shown") == name:
            return True
        self.data = self.data.copy()
        self.data["shown"] = name
        return False


def actor_of(request):
    """How the transaction log names a member of staff."""
    return f"staff:{request.user.pk}"


def was_confirmed(request):
    return request.method == "POST" and CONFIRMED in request.POST


def confirm(
    request,
    model_admin,
    *,
    title,
    button,
    form=None,
    words="",
    items=(),
    outcome="",
    queryset=None,
    back="",
):
    """Return a page that asks. Its button posts to the same address with `SURE`.

    `items` are sentences of what it is about, `outcome` what will come of it, as safe HTML. With
    `queryset` the page belongs to an action of the list, and takes the chosen rows along. `back` is
    where it leads those who would rather not; without it, to the list.
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
        "words": words,
        "items": items,
        "outcome": outcome,
        "action": request.POST.get("action", ""),
        "chosen_name": ACTION_CHECKBOX_NAME,
        "chosen": [] if queryset is None else [row.pk for row in queryset],
        "sure": CONFIRMED,
        "back": back,
    }
    status = 422 if was_confirmed(request) and form is not None and form.errors else 200
    return render(request, "admin/ask.html", context, status=status)
