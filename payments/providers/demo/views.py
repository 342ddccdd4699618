"""The demo bank's pay page."""

from datetime import timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payments.models import DemoCharge
from payments.statements import find_charge

from . import bank

MAX_SECONDS = 24 * 60 * 60


class DecisionForm(forms.Form):
    """The customer's choice of how the demo bank answers, and with which delay."""

    answer = forms.ChoiceField(
        choices=[(name, name) for name in ("pay", "decline", "slowly", "twice", "late", "never")],
        label=_("Answer"),
    )
    seconds = forms.IntegerField(
        min_value=1,
        max_value=MAX_SECONDS,
        required=False,
        label=_("Seconds until the answer"),
    )

    def decide(self, charge: DemoCharge) -> None:
        """Have the bank do what was chosen. Call it on a valid form."""
        answer = self.cleaned_data["answer"]
        if answer == "pay":
            bank.pay(charge)
        elif answer == "twice":
            bank.pay(charge, times=2)
        elif answer == "slowly":
            bank.pay(charge, after=bank.SLOWLY)
        elif answer == "late":
            seconds = self.cleaned_data["seconds"]
            bank.pay(charge, after=timedelta(seconds=seconds) if seconds else bank.LATE)
        elif answer == "decline":
            bank.decline(charge)
        # "never": the bank does nothing, and the charge stays open.


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, key: str) -> HttpResponse:
    """Show the charge; on POST, decide it and redirect the customer back to the shop."""
    charge = find_charge(key)
    if charge is None:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.decide(charge)
        return HttpResponse(status=303, headers={"Location": charge.return_url})
    status = 422 if form.is_bound else 200
    context = {"charge": charge, "form": form}
    return render(request, "payments/demo/pay.html", context, status=status)
