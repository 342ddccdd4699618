"""The page of one performance: the map, the prices, the ways to choose."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shows.exceptions import NoSuchPerformance
from shows.terms import terms_of


@require_safe
def performance_page(request, pk):
    try:
        terms = terms_of(pk)
    except NoSuchPerformance:
        raise Http404 from None
    return render(request, "bookings/performance.html", {"terms": terms})
