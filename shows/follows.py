"""Follow shows and artists, whose followers get on-sale alerts."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from emails.consents import record_implied_consent
from emails.models import Consent

from .catalogue import find_shows, with_performances
from .models import Artist, Follow, Performance, Show
from .querysets import PerformanceQuerySet

ON_SALE = "on_sale"


@transaction.atomic
def follow(*, user: User, target: Show | Artist) -> None:
    """Follow a show or an artist; repeated calls change nothing.

    The button promises an e-mail when tickets go on sale, so it also subscribes to on-sale alerts,
    except for accounts that have already chosen to get none.
    """
    Follow.objects.get_or_create(user=user, **_field(target))
    record_implied_consent(user=user, kind=ON_SALE, source=Consent.Source.FOLLOW)


def unfollow(*, user: User, target: Show | Artist) -> None:
    """Unfollow a show or an artist. The e-mail preferences stay as they are."""
    Follow.objects.filter(user=user, **_field(target)).delete()


def followed_among(user: User, targets: Iterable[Show | Artist]) -> list[Show | Artist]:
    """Return those of the shows and artists that the account follows, in one query."""
    targets = list(targets)
    shows = [target.pk for target in targets if isinstance(target, Show)]
    artists = [target.pk for target in targets if isinstance(target, Artist)]
    follows = Follow.objects.filter(Q(show__in=shows) | Q(artist__in=artists), user=user)
    found = set(follows.values_list("show_id", "artist_id"))
    return [
        target
        for target in targets
        if ((target.pk, None) if isinstance(target, Show) else (None, target.pk)) in found
    ]


def followed_by(user: User) -> list[Follow]:
    """Return the follows of an account with their shows and artists, the latest first."""
    follows = Follow.objects.filter(user=user).filter(Q(show=None) | Q(show__is_published=True))
    return list(follows.select_related("show", "artist"))


def performances_followed_by(user: User, now: datetime | None = None) -> PerformanceQuerySet:
    """Return the upcoming performances of all that the account follows, in order of date."""
    follows = Follow.objects.filter(user=user)
    return (
        Performance.objects.public()
        .taking_place()
        .upcoming(now)
        .filter(
            Q(show__in=follows.filter(artist=None).values("show"))
            | Q(show__artists__in=follows.filter(show=None).values("artist"))
        )
        .select_related("show", "venue")
        .distinct()
    )


def recommended_shows(user: User, number: int, now: datetime | None = None) -> list[Show]:
    """Return upcoming shows that are not followed but share a genre with those that are."""
    follows = Follow.objects.filter(user=user)
    followed = Show.objects.filter(
        Q(pk__in=follows.filter(artist=None).values("show"))
        | Q(artists__in=follows.filter(show=None).values("artist"))
    )
    near = find_shows(now=now).filter(tags__in=followed.values("tags"))
    near = near.exclude(pk__in=followed.values("pk")).distinct()
    return with_performances(near[:number])


def _field(target):
    return {"show" if isinstance(target, Show) else "artist": target}
