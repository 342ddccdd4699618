"""What people thought of a show."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from bookings.aftersale.reviews import write_review
from shows.models import Review, Show
from shows.reviews import withdraw_review

from ..callers import ACCOUNT
from ..schemas import Limit, Offset, Page, page_of, utc
from .catalogue import Slug

router = Router(auth=None)


class ReviewOut(Schema):
    stars: int
    text: str
    signature: str
    at: datetime


class ReviewIn(Schema):
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000)] = ""


class MyReview(ReviewOut):
    status: Literal["waiting", "published", "refused"] = Field(
        description="Staff read each review before it is shown."
    )


@router.get("/shows/{slug}/reviews", response=Page[ReviewOut])
def reviews(request, slug: Slug, limit: Limit = 20, offset: Offset = 0):
    """List a show's published reviews, the newest first."""
    rows = Review.objects.published().filter(show=_show(slug)).select_related("author")
    return page_of(rows.order_by("-created_at", "-pk"), review_out, limit=limit, offset=offset)


@router.get("/shows/{slug}/reviews/mine", response=MyReview, auth=ACCOUNT)
def my_review(request, slug: Slug):
    """Read the account's own review of a show, shown or not."""
    review = _show(slug).reviews.written_by(request.caller.user).first()
    if review is None:
        raise Http404
    return _mine(review)


@router.post("/shows/{slug}/reviews", response={201: MyReview}, auth=ACCOUNT)
def write(request, slug: Slug, data: ReviewIn):
    """Write a review, or change one's own. Only for those who were at a performance of the show."""
    return Status(
        201, _mine(write_review(user=request.caller.user, show=_show(slug), **data.dict()))
    )


@router.delete("/shows/{slug}/reviews/mine", response={204: None}, auth=ACCOUNT)
def withdraw(request, slug: Slug):
    """Take one's own review back. Repeating it does no harm."""
    withdraw_review(show=_show(slug), author=request.caller.user)
    return Status(204, None)


def review_out(review):
    return {
        "stars": review.stars,
        "text": review.text,
        "signature": review.signature,
        "at": utc(review.created_at),
    }


def _mine(review):
    return review_out(review) | {"status": review.status}


def _show(slug):
    return get_object_or_404(Show.objects.published(), slug=slug)
