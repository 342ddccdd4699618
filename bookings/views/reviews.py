"""Write, change and withdraw a review of a show."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import user_of
from core.exceptions import Refused
from shows.models import Review, Show
from shows.reviews import withdraw_review

from ..aftersale.reviews import DidNotAttend, performance_seen, write_review
from ..forms import ReviewForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a rating and a text; tell people who did not attend why they cannot review."""
    show = get_object_or_404(Show.objects.published(), slug=slug)
    own_review = show.reviews.written_by(user_of(request)).first()
    form = ReviewForm(request.POST or None, initial=_before(own_review))
    if request.method == "POST" and form.is_valid():
        try:
            write_review(user=user_of(request), show=show, **form.cleaned_data)
        except Refused as refusal:
            return _page(request, show, own_review, None, status=refusal.status)
        messages.success(request, _("Thank you! We check each review before publishing it."))
        return redirect("bookings:review", slug)
    seen = performance_seen(user=user_of(request), show=show)
    status = 422 if form.is_bound else 200 if seen else DidNotAttend.status
    return _page(request, show, own_review, form if seen else None, status=status)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw one's own review."""
    show = get_object_or_404(Show.objects.published(), slug=slug)
    if withdraw_review(show=show, author=user_of(request)):
        messages.success(request, _("Your review has been withdrawn."))
    return redirect("bookings:review", slug)


def _before(review: Review | None) -> dict[str, str] | None:
    return {"stars": str(review.stars), "text": review.text} if review else None


def _page(
    request: HttpRequest,
    show: Show,
    own_review: Review | None,
    form: ReviewForm | None,
    *,
    status: int,
) -> HttpResponse:
    """Render the page; without a form it says why there is none."""
    context = {
        "show": show,
        "own_review": own_review,
        "form": form,
        "refusal": "" if form else DidNotAttend(),
    }
    return render(request, "bookings/review.html", context, status=status)
