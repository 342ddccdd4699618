"""The demo bank's pay page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payments.statements import find_charge

from .forms import DecisionForm


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
