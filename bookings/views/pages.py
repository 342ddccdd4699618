"""Pages that only say something."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.public_pages import public_page


@public_page(60)
@require_safe
def terms_of_sale(request):
    return render(request, "bookings/terms.html")


@public_page(60)
@require_safe
def privacy(request):
    return render(request, "bookings/privacy.html")
