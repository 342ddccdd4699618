"""The demo bank's pay page, to which the customer is sent and from which they come back."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payments.statements import find_charge

from .forms import DecisionForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request, key):
    """Show the charge; do what the customer asks the bank to do, and send them back to the shop."""
    charge = find_charge(key)
    if charge is None:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "payments/demo/pay.html", {"charge": charge, "form": form})
    if not form.is_valid():
        context = {"charge": charge, "form": form}
        return render(request, "payments/demo/pay.html", context, status=422)
    form.decide(charge)
    return HttpResponse(status=303, headers={"Location": charge.return_url})
