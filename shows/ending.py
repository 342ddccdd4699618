"""Whether something is over, so that it may be put away."""

from django.utils.translation import gettext as _


def to_come(performances):
    """Return a sentence for each of these that people still have or may buy tickets for."""
    coming = performances.taking_place().upcoming().filter(opened_at__isnull=False)
    return [
        _("%s is still to come. It can be archived once it is over or cancelled.") % performance
        for performance in coming.select_related("show", "venue")
    ]
