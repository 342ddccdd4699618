"""Reviews of shows."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from bookings.aftersale.reviews import write_review
from shows.models import Review, Show
from shows.reviews import withdraw_review

from ..callers import ACCOUNT, ApiRequest
from ..schemas import Limit, Offset, OneOf, Page, page_of, utc
from .catalogue import Slug

router = Router(auth=None)


class ReviewOut(Schema):
    stars: int = Field(examples=[5])
    text: str
    author: str = Field(description="How the author signs.", examples=["Alice"])
    created_at: datetime


class ReviewIn(Schema):
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000)] = ""


class OwnReview(ReviewOut):
    status: Annotated[str, OneOf.of(Review.Status.values)] = Field(
        description="Staff check each review before it is published."
    )


@router.get("/shows/{slug}/reviews", response=Page[ReviewOut], summary="List reviews")
def list_reviews(
    request: ApiRequest, slug: Slug, limit: Limit = 20, offset: Offset = 0
) -> dict[str, Any]:
    """List the published reviews of a show, the newest first."""
    rows = Review.objects.published().filter(show=_show(slug)).select_related("author")
    return page_of(rows.order_by("-created_at", "-pk"), review_out, limit=limit, offset=offset)


@router.get(
    "/shows/{slug}/reviews/mine", response=OwnReview, auth=ACCOUNT, summary="Get your review"
)
def get_own_review(request: ApiRequest, slug: Slug) -> dict[str, Any]:
    """Return the account's own review of a show, published or not."""
    review = _show(slug).reviews.written_by(request.caller.account).first()
    if review is None:
        raise Http404
    return _own(review)


@router.post(
    "/shows/{slug}/reviews", response={201: OwnReview}, auth=ACCOUNT, summary="Submit a review"
)
def submit_review(request: ApiRequest, slug: Slug, data: ReviewIn) -> Status[dict[str, Any]]:
    """Submit or change your review. Only for those who attended a performance of the show."""
    review = write_review(user=request.caller.account, show=_show(slug), **data.dict())
    return Status(201, _own(review))


@router.delete(
    "/shows/{slug}/reviews/mine", response={204: None}, auth=ACCOUNT, summary="Delete your review"
)
def delete_own_review(request: ApiRequest, slug: Slug) -> Status[None]:
    """Delete your review. May be repeated."""
    withdraw_review(show=_show(slug), author=request.caller.account)
    return Status(204, None)


def review_out(review: Review) -> dict[str, Any]:
    """Render a review."""
    return {
        "stars": review.stars,
        "text": review.text,
        "author": review.signature,
        "created_at": utc(review.created_at),
    }


def _own(review: Review) -> dict[str, Any]:
    return review_out(review) | {"status": review.status}


def _show(slug: str) -> Show:
    return get_object_or_404(Show.objects.published(), slug=slug)
