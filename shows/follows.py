"""Following shows and artists: who hears of them when tickets go on sale."""

from django.db import transaction
from django.db.models import Q

from emails.consents import record_implied_consent
from emails.models import Consent

from .catalogue import find_shows, with_performances
from .models import Artist, Follow, Performance, Show

ON_SALE = "on_sale"


@transaction.atomic
def follow(*, user, thing):
    """Follow a show or an artist. Said twice, it is done once.

    The button says that we write when tickets go on sale, so pressing it asks for those letters;
    but whoever has refused them before goes on without.
    """
    Follow.objects.get_or_create(user=user, **_named(thing))
    record_implied_consent(user=user, kind=ON_SALE, source=Consent.Source.FOLLOW)


def unfollow(*, user, thing):
    """Follow it no more. What has been said about letters stays."""
    Follow.objects.filter(user=user, **_named(thing)).delete()


def followed_among(user, things):
    """Return those of the shows and artists that the account follows, in one query."""
    shows = [thing.pk for thing in things if isinstance(thing, Show)]
    artists = [thing.pk for thing in things if isinstance(thing, Artist)]
    follows = Follow.objects.filter(Q(show__in=shows) | Q(artist__in=artists), user=user)
    found = set(follows.values_list("show_id", "artist_id"))
    return [
        thing
        for thing in things
        if ((thing.pk, None) if isinstance(thing, Show) else (None, thing.pk)) in found
    ]


def followed_by(user):
    """Return the follows of an account with their shows and artists, the latest first."""
    follows = Follow.objects.filter(user=user).filter(Q(show=None) | Q(show__is_published=True))
    return list(follows.select_related("show", "artist"))


def performances_followed_by(user, now=None):
    """Return what is to come of all that the account follows, the soonest first."""
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


def shows_near_what_is_followed(user, number, now=None):
    """Return shows to come that are not followed, but of a kind with those that are."""
    follows = Follow.objects.filter(user=user)
    followed = Show.objects.filter(
        Q(pk__in=follows.filter(artist=None).values("show"))
        | Q(artists__in=follows.filter(show=None).values("artist"))
    )
    near = find_shows(now=now).filter(tags__in=followed.values("tags"))
    near = near.exclude(pk__in=followed.values("pk")).distinct()
    return with_performances(near[:number])


def _named(thing):
    return {"show" if isinstance(thing, Show) else "artist": thing}
