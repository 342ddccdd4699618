"""The admin page on which staff edit the membership of an account."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from core.admin.confirmation import confirm, was_confirmed
from core.datetimes import check_year

from .memberships import MemberNumberTaken, OwnMembership, set_membership
from .models import User
from .requests import user_of


class MembershipForm(forms.Form):
    """The number of a member and the last day of the membership."""

    number = forms.CharField(
        label=gettext_lazy("member number"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Leave empty to end the membership."),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("member until"),
        required=False,
        validators=[check_year],
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("The last day. Leave empty for a membership without an end."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("valid_until") and not data.get("number") and "number" not in self.errors:
            self.add_error("number", _("Enter the member number."))
        return data


class MembershipPage(admin.ModelAdmin):
    """Mixin of the admin of accounts."""

    @action(
        description=gettext_lazy("Edit membership"),
        url_path="membership",
        icon="card_membership",
        permissions=["enrol"],
    )
    def membership(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change the membership of an account."""
        user = self.get_object(request, object_id)
        if not isinstance(user, User):
            raise Http404
        page = reverse("admin:accounts_user_change", args=[user.pk])
        form = MembershipForm(
            request.POST if was_confirmed(request) else None,
            initial={"number": user.member_number, "valid_until": user.member_until},
        )
        if was_confirmed(request) and form.is_valid() and _save(request, user, form):
            messages.success(request, _("Membership saved."))
            return redirect(page)
        return confirm(
            request,
            self,
            title=_("Membership of %s") % user,
            button=_("Save membership"),
            text=_("Members can buy at members’ prices when they are logged in."),
            form=form,
            back=page,
        )

    def has_enrol_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("accounts.enrol_user"))


def _save(request: HttpRequest, user: User, form: MembershipForm) -> bool:
    data = form.cleaned_data
    try:
        set_membership(
            user=user,
            number=data["number"],
            valid_until=data["valid_until"],
            by=user_of(request),
        )
    except (MemberNumberTaken, OwnMembership) as refusal:
        form.add_error("number", str(refusal))
        return False
    return True
