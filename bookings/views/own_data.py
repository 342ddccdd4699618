"""Pages of the account about what is kept of it."""

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ..aftersale.own_data import close_account, data_of
from ..exceptions import Refusal


class CloseForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("Password is incorrect."))


@never_cache
@login_required
@require_safe
def download(request):
    """Everything that is kept about the account, as JSON."""
    response = JsonResponse(data_of(request.user), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="concert.json"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request):
    """What is kept, all of it to take along, and the end of the account."""
    form = CloseForm(request.POST if request.method == "POST" else None, user=request.user)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            close_account(user=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            logout(request)
            messages.success(request, gettext("Your account is closed. All the best!"))
            return redirect("/")
    return render(request, "bookings/own_data.html", {"form": form}, status=status)
