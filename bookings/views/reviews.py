"""What somebody who was there thinks of a show: written, changed, and taken back by themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import Refused
from shows.models import Show
from shows.reviews import withdraw_review

from ..aftersale.reviews import WasNotThere, performance_seen, write_review
from ..forms import ReviewForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, slug):
    """Ask for stars and words; say why not to those who were not there."""
    show = get_object_or_404(Show.objects.published(), slug=slug)
    mine = show.reviews.written_by(request.user).first()
    form = ReviewForm(request.POST or None, initial=_before(mine))
    if request.method == "POST" and form.is_valid():
        try:
            write_review(user=request.user, show=show, **form.cleaned_data)
        except Refused as refusal:
            return _page(request, show, mine, None, status=refusal.status)
        messages.success(request, _("Thank you! We read each review before it is shown."))
        return redirect("bookings:review", slug)
    seen = performance_seen(user=request.user, show=show)
    status = 422 if form.is_bound else 200 if seen else WasNotThere.status
    return _page(request, show, mine, form if seen else None, status=status)


@never_cache
@login_required
@require_POST
def withdraw(request, slug):
    """Take one's own review back."""
    show = get_object_or_404(Show.objects.published(), slug=slug)
    if withdraw_review(show=show, author=request.user):
        messages.success(request, _("Your review has been taken back."))
    return redirect("bookings:review", slug)


def _before(review):
    return {"stars": str(review.stars), "text": review.text} if review else None


def _page(request, show, mine, form, *, status):
    """Without a form the page says why there is none."""
    context = {"show": show, "mine": mine, "form": form, "why_not": "" if form else WasNotThere()}
    return render(request, "bookings/review.html", context, status=status)
