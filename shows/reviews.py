"""Handing reviews in, publishing and refusing them, with the averages that show and venue carry.

Lists and pages read the averages and never count. So whoever changes which reviews are published
does it here, and nowhere else.
"""

from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from venues.models import Venue

from .models import Review, Show


@transaction.atomic
def submit_review(*, performance, author, stars, text=""):
    """Write what the author thinks of the performance's show, or change it; return the Review.

    One each: there is one review by author and show, whatever performance was seen, and the
    database refuses a second. It waits for staff, also when it has been shown before; what says
    the same as before stays as it is, so repeating the call does no harm. Who may review is for
    the caller to know. Locks as `publish_review` does.
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
def withdraw_review(*, show, author):
    """Take the author's review of the show back for good. Return whether there was one.

    Its stars count no longer. Locks as `publish_review` does.
    """
    review = _lockable().filter(show=show, author=author).first()
    if review is None:
        return False
    if review.is_published:
        _count(review, -1)
    review.delete()
    return True


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
    """Reviews, each locked as it is read, with the performance whose venue counts its stars."""
    return Review.objects.select_for_update(of=("self",)).select_related("performance")


def _count(review, sign):
    change = {
        "rating_sum": F("rating_sum") + sign * review.stars,
        "rating_count": F("rating_count") + sign,
    }
    Show.objects.filter(pk=review.show_id).update(**change)
    Venue.objects.filter(pk=review.performance.venue_id).update(**change)
