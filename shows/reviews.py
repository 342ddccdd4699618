"""Submit, publish and reject reviews, and keep the ratings of shows and venues up to date.

Pages read the stored sums and never count, so which reviews are published must only be changed by
these functions.
"""

from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from venues.models import Venue

from .models import Performance, Review, Show


@transaction.atomic
def submit_review(*, performance: Performance, author: User, stars: int, text: str = "") -> Review:
    """Create or change the author's review of the performance's show, and return it.

    An author has one review of a show, whichever performance they saw; a constraint ensures it. A
    changed review must be published again; submitting the same again changes nothing. The caller
    checks who may review. Locks as `publish_review` does.
    """
    review, is_new = _lockable().get_or_create(
        show_id=performance.show_id,
        author=author,
        defaults={"performance": performance, "stars": stars, "text": text},
    )
    if is_new or (review.stars, review.text) == (stars, text):
        return review
    if review.is_published:
        _count(review, -1)
    review.performance, review.stars, review.text = performance, stars, text
    review.status = Review.Status.WAITING
    review.save(update_fields=["performance", "stars", "text", "status"])
    return review


@transaction.atomic
def withdraw_review(*, show: Show, author: User) -> bool:
    """Delete the author's review of the show. Return whether there was one.

    Locks as `publish_review` does.
    """
    review = _lockable().filter(show=show, author=author).first()
    if review is None:
        return False
    if review.is_published:
        _count(review, -1)
    review.delete()
    return True


def publish_review(*, review: Review) -> Review:
    """Publish a review and count its stars, once also if called twice.

    Locks the review, then its show, then its venue.
    """
    return _decide(review, Review.Status.PUBLISHED)


def refuse_review(*, review: Review) -> Review:
    """Reject a review. If it was published, its stars no longer count.

    Locks as `publish_review` does.
    """
    return _decide(review, Review.Status.REFUSED)


def recount_ratings() -> None:
    """Recalculate all ratings, after reviews have been added without `publish_review`.

    Two updates, which lock all shows and venues.
    """
    published = Review.objects.published().order_by()
    with transaction.atomic():
        for model, owner in ((Show, "show"), (Venue, "performance__venue")):
            mine = published.filter(**{owner: OuterRef("pk")}).values(owner)
            model.objects.update(
                rating_sum=Coalesce(Subquery(mine.values(stars_sum=Sum("stars"))), 0),
                rating_count=Coalesce(Subquery(mine.values(stars_count=Count("pk"))), 0),
            )


@transaction.atomic
def _decide(review, status):
    review = _lockable().get(pk=review.pk)
    if review.status == status:
        return review
    was_shown = review.is_published
    is_shown = status == Review.Status.PUBLISHED
    review.status = status
    review.save(update_fields=["status"])
    if was_shown != is_shown:
        _count(review, 1 if is_shown else -1)
    return review


def _lockable():
    """Return a queryset of reviews with their performances, which locks the reviews it reads."""
    return Review.objects.select_for_update(of=("self",)).select_related("performance")


def _count(review, sign):
    change = {
        "rating_sum": F("rating_sum") + sign * review.stars,
        "rating_count": F("rating_count") + sign,
    }
    Show.objects.filter(pk=review.show_id).update(**change)
    Venue.objects.filter(pk=review.performance.venue_id).update(**change)
