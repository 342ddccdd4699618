"""What people thought of a show."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from shows.models import Review, Show

from ..words import Limit, Offset, Page, page_of, utc
from .catalogue import Slug

router = Router(auth=None)


class ReviewOut(Schema):
    stars: int
    text: str
    signature: str
    at: datetime


@router.get("/shows/{slug}/reviews", response=Page[ReviewOut])
def reviews(request, slug: Slug, limit: Limit = 20, offset: Offset = 0):
    """List a show's published reviews, the newest first."""
    show = get_object_or_404(Show.objects.published(), slug=slug)
    rows = Review.objects.published().filter(show=show).select_related("author")
    return page_of(rows.order_by("-created_at", "-pk"), review_out, limit=limit, offset=offset)


def review_out(review):
    return {
        "stars": review.stars,
        "text": review.text,
        "signature": review.signature,
        "at": utc(review.created_at),
    }
