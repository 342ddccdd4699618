"""The demo bank's pay page, to which the customer is sent and from which they come back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payments.models import DemoCharge

from .forms import DecisionForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request, key):
    """Show the charge; do what the customer asks the bank to do, and send them back to the shop."""
    charge = get_object_or_404(DemoCharge, key=key)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "payments/demo/pay.html", {"charge": charge, "form": form})
    if not form.is_valid():
        context = {"charge": charge, "form": form}
        return render(request, "payments/demo/pay.html", context, status=422)
    form.decide(charge)
    return HttpResponse(status=303, headers={"Location": charge.return_url})
