"""Publishing and refusing reviews, with the averages that show and venue carry.

Lists and pages read the averages and never count. So whoever changes which reviews are published
does it here, and nowhere else.
"""

from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from venues.models import Venue

from .models import Review, Show


def publish_review(*, review):
    """Show a review on the pages, and count its stars. Asked twice, they are counted once.

    Locks the review, then its show, then its venue.
    """
    return _decide(review, Review.Status.PUBLISHED)


def refuse_review(*, review):
    """Keep a review off the pages. If it was published, its stars no longer count.

    Locks as `publish_review` does.
    """
    return _decide(review, Review.Status.REFUSED)


def recount_ratings():
    """Count all averages anew, after reviews have come in without `publish_review`.

    Two updates; meanwhile other moderation waits.
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
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("performance")
        .get(pk=review.pk)
    )
    if review.status == status:
        return review
    was_shown = review.status == Review.Status.PUBLISHED
    is_shown = status == Review.Status.PUBLISHED
    review.status = status
    review.save(update_fields=["status"])
    if was_shown != is_shown:
        _count(review, 1 if is_shown else -1)
    return review


def _count(review, sign):
    change = {
        "rating_sum": F("rating_sum") + sign * review.stars,
        "rating_count": F("rating_count") + sign,
    }
    Show.objects.filter(pk=review.show_id).update(**change)
    Venue.objects.filter(pk=review.performance.venue_id).update(**change)
