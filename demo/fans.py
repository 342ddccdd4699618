"""What customers of the demo world have asked for: whom they follow, which letters they want."""

from collections.abc import Sequence

from accounts.models import User
from emails.consents import record_consent
from emails.kinds import optional_kinds
from emails.models import Consent
from shows.follows import follow
from shows.models import Artist, Show

FOLLOWED = 3  # Artists and shows each, by every customer with a known login.


def ask_for_letters(customers: Sequence[User]) -> None:
    """Have each of the customers follow artists and shows of their own, and want every letter."""
    artists = list(Artist.objects.order_by("pk")[: FOLLOWED * len(customers)])
    shows = list(Show.objects.order_by("-pk")[: FOLLOWED * len(customers)])
    for number, customer in enumerate(customers):
        for thing in artists[number :: len(customers)] + shows[number :: len(customers)]:
            follow(user=customer, target=thing)
        for kind in optional_kinds(customer):
            record_consent(
                user=customer, kind=kind.name, is_wanted=True, source=Consent.Source.SIGN_UP
            )
